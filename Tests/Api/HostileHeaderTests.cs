using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;

namespace AuthDemo.Tests.Api;

/// <summary>Authorization headers that nobody would send in good faith, byte by byte over a socket.</summary>
public sealed class HostileHeaderTests(RunningApi api) : IClassFixture<RunningApi>
{
    /// <summary>Kestrel's limit for all headers of a request. Beyond it the connection may end before the answer is read.</summary>
    private const int HeaderLimit = 32 * 1024;

    [Fact]
    public async Task Hundreds_of_hostile_headers_are_all_refused_quickly_and_leave_no_trace_of_themselves()
    {
        var headers = Headers().Distinct().ToList();
        Assert.InRange(headers.Count, 300, int.MaxValue);
        var statuses = new Dictionary<int, int>();
        Assert.Equal(401, (await SendAsync("Bearer warm-up")).Status);

        foreach (var header in headers)
        {
            var (status, elapsed) = await SendAsync(header);
            // A busy machine may be slow once; a slow answer is slow again.
            if (elapsed > TimeSpan.FromSeconds(1)) (status, elapsed) = await SendAsync(header);
            var shown = header[..Math.Min(header.Length, 120)];
            Assert.True(status is >= 400 and < 500 || (status == 0 && header.Length >= HeaderLimit), $"{status} for {shown}");
            Assert.True(elapsed < TimeSpan.FromSeconds(1), $"{elapsed} for {shown}");
            statuses[status] = statuses.GetValueOrDefault(status) + 1;
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{headers.Count} headers, answers: {string.Join(", ", statuses)}");
        Assert.True(statuses.GetValueOrDefault(401) > 250, string.Join(", ", statuses));
        Assert.DoesNotContain(api.Recording.Logs, log => log.Level >= LogLevel.Error);
        Assert.All(api.Provider.Asked, asked => Assert.StartsWith(IdentityProvider.Issuer, asked.AbsoluteUri));

        // Whatever is long enough to be recognised may be in no log line and no span.
        var told = string.Join('\n', api.Recording.Logs.Select(log => log.Message)
            .Concat(api.Recording.Spans.SelectMany(span => span.TagObjects).Select(tag => tag.Value?.ToString())));
        var secrets = headers.Select(header => header.Split(' ')[^1]).Where(secret => secret.Length > 12);
        Assert.All(secrets, secret => Assert.DoesNotContain(secret, told));
        Assert.DoesNotContain("canary", told);
    }

    private IEnumerable<string> Headers()
    {
        var good = api.TokenOf(Persona.Admin);
        var header = good.Header.ToJsonString();
        var payload = good.Payload.ToJsonString();
        var written = good.With(token => token.Sign = _ => new byte[256]).Write();

        // Lengths
        foreach (var length in (int[])[1, 2, 3, 100, 1000, 4095, 4096, 8191, 8192, 16000, 30000, 32000, 33000, 40000, 65000, 65536])
        {
            yield return "Bearer " + new string('a', length);
            yield return "Bearer " + new string('.', length);
            yield return $"Bearer {Token.Encode(header)}.{new string('A', length)}.AAAA";
            yield return new string('B', length);
        }

        // Truncated and nested tokens
        for (var length = 1; length < written.Length; length += written.Length / 60) yield return "Bearer " + written[..length];
        var nested = written;
        for (var depth = 0; depth < 5; depth++) yield return "Bearer " + (nested = good.Write(header, $$"""{"jwt":"{{nested}}"}"""));
        yield return $"Bearer {written}.{written}";
        yield return $"Bearer {written}.{written}.{written}";

        // Characters
        for (var character = 1; character < 256; character++)
            if (character is not ('\r' or '\n')) yield return $"Bearer ab{(char)character}cd.{(char)character}.ef";
        foreach (var text in (string[])["Bearer \u0000", "Bearer \u0000\u0001\u0002", "\u0000Bearer abc", "Bearer é.ü.ß", "Bearer \uFEFFabc.def.ghi", "Ｂｅａｒｅｒ abc", "Bearer 🔑.🔑.🔑",
                     "Bearer \u202Egnp.abc", "Bearer abc\t.def", "Bearer\tabc.def.ghi", "Bearer  ", " ", "\"", "Bearer \"abc\"", "Bearer abc;def", "Bearer %00", "Bearer ${jndi:ldap://localhost:9/a}",
                     "Bearer ../../etc/passwd", "Bearer <script>canary</script>", "Bearer ' OR 1=1 --", "Bearer abc, Basic def", "Basic", "Basic ====", "Negotiate canary", "Bearer =", "Bearer ..", "Bearer .a.", "Bearer a..b"])
            yield return text;

        // Numbers where a time is expected
        foreach (var number in (string[])["0", "-1", "-0", "1e1000", "-1e1000", "1e308", "99999999999999999999999999", "9223372036854775807", "9223372036854775808", "-9223372036854775808",
                     "253402300799", "253402300800", "1.5", "1E400", "0.0000001", "true", "null", "\"1\"", "[]", "{}", "[1]"])
        {
            foreach (var claim in (string[])["exp", "nbf", "iat", "auth_time"])
                yield return "Bearer " + Forged(header, $$"""{"iss":"{{IdentityProvider.Issuer}}","aud":"api","exp":4102444800,"{{claim}}2":0,{{(claim == "exp" ? "" : $"\"{claim}\":{number},")}}"x":1}""");
            yield return "Bearer " + Forged(header, $$"""{"iss":"{{IdentityProvider.Issuer}}","aud":"api","exp":{{number}}}""");
        }

        // Names twice, deep and odd JSON
        foreach (var name in (string[])["alg", "typ", "kid"]) yield return "Bearer " + Forged(header.Insert(1, $"\"{name}\":\"none\","), payload);
        foreach (var name in (string[])["iss", "aud", "exp", "sub", "roles"]) yield return "Bearer " + Forged(header, payload.Insert(1, $"\"{name}\":\"canary\","));
        foreach (var depth in (int[])[10, 63, 64, 65, 1000, 5000])
        {
            yield return "Bearer " + Forged(header, $"{{\"a\":{new string('[', depth)}{new string(']', depth)}}}");
            yield return "Bearer " + Forged(string.Concat(Enumerable.Repeat("{\"a\":", depth)) + "1" + new string('}', depth), payload);
            yield return "Bearer " + Forged(header, new string('[', depth));
        }

        foreach (var json in (string[])["", "{}", "[]", "null", "1", "\"a\"", "{", "}", "{\"alg\"}", "{\"alg\":}", "{\"alg\":null}", "{\"alg\":[]}", "{\"alg\":{}}", "{\"alg\":\"\"}", "\uFEFF{}", "{}{}", "// {}",
                     "{\"alg\":\"RS256\",}", "{'alg':'RS256'}", "{\"\":\"\"}", "{\"\\u0000\":1}", "{\"alg\":\"\\ud800\"}", "{\"\\ud800\":1}", "{\"crit\":[]}", "{\"crit\":null}"])
        {
            yield return "Bearer " + Forged(json, payload);
            yield return "Bearer " + Forged(header, json);
        }

        // Every algorithm's name, in odd spellings too
        foreach (var algorithm in (string[])["none", "NONE", "nOnE", "None ", " none", "none\\u0000", "HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "ES256", "ES384", "ES512", "ES256K", "PS256",
                     "PS384", "PS512", "EdDSA", "Ed25519", "RSA1_5", "RSA-OAEP", "RSA-OAEP-256", "A128KW", "A256KW", "dir", "ECDH-ES", "A128GCM", "A256CBC-HS512", "rs256", "RS256 ", "ML-DSA-44", "canary"])
        {
            yield return "Bearer " + Forged($$"""{"alg":"{{algorithm}}","typ":"at+jwt","kid":"{{api.Provider.Key.Id}}"}""", payload);
            yield return $"Bearer {Token.Encode($$"""{"alg":"{{algorithm}}"}""")}.{Token.Encode(payload)}.";
        }

        // Keys that the token brings along
        foreach (var (member, value) in ((string, string)[])[("jku", "http://localhost:9/jku"), ("x5u", "http://localhost:9/x5u"), ("x5c", "canary"), ("x5t", "canary"), ("kid", "../../../../dev/null"), ("kid", "' UNION SELECT 'key"), ("zip", "DEF"), ("cty", "JWT")])
        {
            var changed = JsonNode.Parse(header)!;
            changed[member] = value;
            yield return "Bearer " + Forged(changed.ToJsonString(), payload);
        }
    }

    /// <summary>Signed with nothing that the issuer has.</summary>
    private static string Forged(string header, string payload) => $"{Token.Encode(header)}.{Token.Encode(payload)}.{Token.Encode("not a signature")}";

    /// <summary>Sends the header as it is; 0 where the connection ended without an answer.</summary>
    private async Task<(int Status, TimeSpan Elapsed)> SendAsync(string authorization)
    {
        var watch = Stopwatch.StartNew();
        var address = api.Client.BaseAddress!;
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port, TestContext.Current.CancellationToken);
        await using var stream = client.GetStream();
        try
        {
            await stream.WriteAsync(
                Encoding.UTF8.GetBytes($"GET /badge HTTP/1.1\r\nHost: {address.Authority}\r\nConnection: close\r\nAuthorization: {authorization}\r\n\r\n"),
                TestContext.Current.CancellationToken);
            using var reader = new StreamReader(stream);
            var answer = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
            return (int.Parse(answer.AsSpan(9, 3)), watch.Elapsed);
        }
        catch (IOException)
        {
            return (0, watch.Elapsed);
        }
    }
}
