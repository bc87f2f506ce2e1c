using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;

namespace AuthDemo.Tests.Api;

/// <summary>Authorization headers that nobody would send in good faith, byte by byte over a socket.</summary>
public sealed class HostileHeaderTests(RunningApi api) : IClassFixture<RunningApi>
{
    /// <summary>Kestrel's limit for all headers of a request. Beyond it the connection may end before the answer is read.</summary>
    private const int HeaderLimit = 32 * 1024;

    [Theory]
    [InlineData(nameof(Lengths), 45)]
    [InlineData(nameof(TruncatedAndNested), 65)]
    [InlineData(nameof(Characters), 250)]
    [InlineData(nameof(Schemes), 24)]
    [InlineData(nameof(Numbers), 85)]
    [InlineData(nameof(Json), 75)]
    [InlineData(nameof(Algorithms), 68)]
    [InlineData(nameof(Keys), 8)]
    public async Task Hostile_headers_are_refused_and_leave_no_trace_of_themselves(string family, int challengedAtLeast)
    {
        var headers = HeadersOf(family).Distinct().ToList();
        var statuses = new Dictionary<int, int>();

        foreach (var header in headers)
        {
            var status = await SendAsync(header);
            var shown = header[..Math.Min(header.Length, 120)];
            Assert.True(status is >= 400 and < 500 || (status == 0 && header.Length >= HeaderLimit), $"{status} for {shown}");
            statuses[status] = statuses.GetValueOrDefault(status) + 1;
        }

        var answers = $"{headers.Count} headers, answers: {string.Join(", ", statuses)}";
        TestContext.Current.TestOutputHelper?.WriteLine(answers);
        Assert.True(statuses.GetValueOrDefault(401) >= challengedAtLeast, answers);
        Assert.DoesNotContain(api.Recording.Logs, log => log.Level >= LogLevel.Error);
        Assert.All(api.Provider.Asked, asked => Assert.StartsWith(FakeIssuer.Issuer, asked.AbsoluteUri));

        // Whatever is long enough to be recognised may be in no log line and no span.
        var tags = api.Recording.Spans.SelectMany(span => span.TagObjects).ToList();
        var told = string.Join('\n', api.Recording.Logs.Select(log => log.Message).Concat(tags.Select(tag => tag.Value?.ToString())));
        var secrets = headers.Select(header => header.Split(' ')[^1]).Where(secret => secret.Length > 12);
        Assert.All(secrets, secret => Assert.DoesNotContain(secret, told));

        // In Development a refused token's span shows some fields of it on purpose, and nothing else does.
        Assert.All(api.Recording.Logs, log => Assert.DoesNotContain("canary", log.Message));
        Assert.All(tags.Where(tag => !tag.Key.StartsWith("auth.token.", StringComparison.Ordinal)),
            tag => Assert.DoesNotContain("canary", tag.Value?.ToString()));
    }

    private Token Good => api.TokenOf(Persona.Admin);

    private string GoodHeader => Good.Header.ToJsonString();

    private string GoodPayload => Good.Payload.ToJsonString();

    private IEnumerable<string> HeadersOf(string family) => family switch
    {
        nameof(Lengths) => Lengths(),
        nameof(TruncatedAndNested) => TruncatedAndNested(),
        nameof(Characters) => Characters(),
        nameof(Schemes) => Schemes,
        nameof(Numbers) => Numbers(),
        nameof(Json) => Json(),
        nameof(Algorithms) => Algorithms(),
        nameof(Keys) => Keys(),
        _ => throw new ArgumentException($"No family {family}.", nameof(family)),
    };

    private IEnumerable<string> Lengths()
    {
        int[] lengths = [1, 2, 3, 100, 1000, 4095, 4096, 8191, 8192, 16000, 30000, 32000, 33000, 40000, 65000, 65536];
        foreach (var length in lengths)
        {
            yield return "Bearer " + new string('a', length);
            yield return "Bearer " + new string('.', length);
            yield return $"Bearer {Token.Encode(GoodHeader)}.{new string('A', length)}.AAAA";
            yield return new string('B', length);
        }
    }

    private IEnumerable<string> TruncatedAndNested()
    {
        var written = Good.With(token => token.Sign = _ => new byte[256]).Write();
        for (var length = 1; length < written.Length; length += written.Length / 60) yield return "Bearer " + written[..length];
        var nested = written;
        for (var depth = 0; depth < 5; depth++)
            yield return "Bearer " + (nested = Good.Write(GoodHeader, $$"""{"jwt":"{{nested}}"}"""));
        yield return $"Bearer {written}.{written}";
        yield return $"Bearer {written}.{written}.{written}";
    }

    private static IEnumerable<string> Characters()
    {
        for (var character = 1; character < 256; character++)
            if (character is not ('\r' or '\n')) yield return $"Bearer ab{(char)character}cd.{(char)character}.ef";
    }

    private static readonly string[] Schemes =
    [
        "Bearer \u0000", "Bearer \u0000\u0001\u0002", "\u0000Bearer abc", "Bearer é.ü.ß", "Bearer \uFEFFabc.def.ghi", "Ｂｅａｒｅｒ abc",
        "Bearer 🔑.🔑.🔑", "Bearer \u202Egnp.abc", "Bearer abc\t.def", "Bearer\tabc.def.ghi", "Bearer  ", " ", "\"", "Bearer \"abc\"",
        "Bearer abc;def", "Bearer %00", "Bearer ${jndi:ldap://localhost:9/a}", "Bearer ../../etc/passwd",
        "Bearer <script>canary</script>", "Bearer ' OR 1=1 --", "Bearer abc, Basic def", "Basic", "Basic ====", "Negotiate canary",
        "Bearer =", "Bearer ..", "Bearer .a.", "Bearer a..b",
    ];

    /// <summary>Where a time is expected.</summary>
    private IEnumerable<string> Numbers()
    {
        string[] numbers =
        [
            "0", "-1", "-0", "1e1000", "-1e1000", "1e308", "99999999999999999999999999", "9223372036854775807", "9223372036854775808",
            "-9223372036854775808", "253402300799", "253402300800", "1.5", "1E400", "0.0000001", "true", "null", "\"1\"", "[]", "{}", "[1]",
        ];
        const string beginning = $$"""{"iss":"{{FakeIssuer.Issuer}}","aud":"api",""";
        foreach (var number in numbers)
        {
            foreach (var claim in (string[])["exp", "nbf", "iat", "auth_time"])
            {
                var member = claim == "exp" ? "" : $"\"{claim}\":{number},";
                yield return "Bearer " + Forged(GoodHeader, $$"""{{beginning}}"exp":4102444800,"{{claim}}2":0,{{member}}"x":1}""");
            }

            yield return "Bearer " + Forged(GoodHeader, $$"""{{beginning}}"exp":{{number}}}""");
        }
    }

    /// <summary>Names twice, deep and odd JSON.</summary>
    private IEnumerable<string> Json()
    {
        foreach (var name in (string[])["alg", "typ", "kid"])
            yield return "Bearer " + Forged(GoodHeader.Insert(1, $"\"{name}\":\"none\","), GoodPayload);
        foreach (var name in (string[])["iss", "aud", "exp", "sub", "roles"])
            yield return "Bearer " + Forged(GoodHeader, GoodPayload.Insert(1, $"\"{name}\":\"canary\","));
        foreach (var depth in (int[])[10, 63, 64, 65, 1000, 5000])
        {
            yield return "Bearer " + Forged(GoodHeader, $"{{\"a\":{new string('[', depth)}{new string(']', depth)}}}");
            yield return "Bearer " + Forged(
                string.Concat(Enumerable.Repeat("{\"a\":", depth)) + "1" + new string('}', depth), GoodPayload);
            yield return "Bearer " + Forged(GoodHeader, new string('[', depth));
        }

        string[] odd =
        [
            "", "{}", "[]", "null", "1", "\"a\"", "{", "}", "{\"alg\"}", "{\"alg\":}", "{\"alg\":null}", "{\"alg\":[]}", "{\"alg\":{}}",
            "{\"alg\":\"\"}", "\uFEFF{}", "{}{}", "// {}", "{\"alg\":\"RS256\",}", "{'alg':'RS256'}", "{\"\":\"\"}", "{\"\\u0000\":1}",
            "{\"alg\":\"\\ud800\"}", "{\"\\ud800\":1}", "{\"crit\":[]}", "{\"crit\":null}",
        ];
        foreach (var json in odd)
        {
            yield return "Bearer " + Forged(json, GoodPayload);
            yield return "Bearer " + Forged(GoodHeader, json);
        }
    }

    /// <summary>Every algorithm's name, in odd spellings too.</summary>
    private IEnumerable<string> Algorithms()
    {
        string[] algorithms =
        [
            "none", "NONE", "nOnE", "None ", " none", "none\\u0000", "HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "ES256", "ES384",
            "ES512", "ES256K", "PS256", "PS384", "PS512", "EdDSA", "Ed25519", "RSA1_5", "RSA-OAEP", "RSA-OAEP-256", "A128KW", "A256KW",
            "dir",
            "ECDH-ES", "A128GCM", "A256CBC-HS512", "rs256", "RS256 ", "ML-DSA-44", "canary",
        ];
        foreach (var algorithm in algorithms)
        {
            yield return "Bearer " + Forged(
                $$"""{"alg":"{{algorithm}}","typ":"at+jwt","kid":"{{api.Provider.Key.Id}}"}""", GoodPayload);
            yield return $"Bearer {Token.Encode($$"""{"alg":"{{algorithm}}"}""")}.{Token.Encode(GoodPayload)}.";
        }
    }

    /// <summary>Keys that the token brings along.</summary>
    private IEnumerable<string> Keys()
    {
        (string Member, string Value)[] members =
        [
            ("jku", "http://localhost:9/jku"), ("x5u", "http://localhost:9/x5u"), ("x5c", "canary"), ("x5t", "canary"),
            ("kid", "../../../../dev/null"), ("kid", "' UNION SELECT 'key"), ("zip", "DEF"), ("cty", "JWT"),
        ];
        foreach (var (member, value) in members)
        {
            var changed = JsonNode.Parse(GoodHeader)!;
            changed[member] = value;
            yield return "Bearer " + Forged(changed.ToJsonString(), GoodPayload);
        }
    }

    /// <summary>Signed with nothing that the issuer has.</summary>
    private static string Forged(string header, string payload) =>
        $"{Token.Encode(header)}.{Token.Encode(payload)}.{Token.Encode("not a signature")}";

    /// <summary>Sends the header as it is; 0 where the connection ended without an answer.</summary>
    private Task<int> SendAsync(string authorization) => RawRequest.SendAsync(
        api,
        $"GET /badge HTTP/1.1\r\nHost: {api.Client.BaseAddress!.Authority}\r\nConnection: close\r\nAuthorization: {authorization}\r\n\r\n");
}
