namespace AuthDemo.Tests.Api;

/// <summary>Authorization headers that nobody would send in good faith, byte by byte over a socket.</summary>
public sealed class HostileHeaderTests(RunningApi api) : IClassFixture<RunningApi>
{
    /// <summary>Kestrel's limit for all headers of a request. Beyond it the connection may end before the answer is read.</summary>
    private const int HeaderLimit = 32 * 1024;

    private static readonly int[] Lengths = [1, 2, 3, 100, 4096, 8192, 30000, 33000, 65536];

    private static readonly string[] Headers =
    [
        "Bearer \u0000\u0001", "\u0000Bearer abc", "Bearer é.ü.ß", "Bearer \uFEFFabc.def.ghi", "Ｂｅａｒｅｒ abc", "Bearer 🔑.🔑.🔑",
        "Bearer \u202Egnp.abc", "Bearer abc\t.def", "Bearer\tabc.def.ghi", "Bearer  ", " ", "\"", "Bearer \"abc\"", "Bearer abc;def",
        "Bearer %00", "Bearer ${jndi:ldap://localhost:9/a}", "Bearer <script>canary</script>", "Bearer abc, Basic def", "Basic ====",
        "Negotiate canary", "Bearer =", "Bearer ..", "Bearer .a.", "Bearer a..b",
        .. Lengths.Select(length => "Bearer " + new string('q', length)),
        .. Lengths.Select(length => "Bearer " + new string('.', length)),
        .. Lengths.Select(length => new string('B', length)),
        .. Enumerable.Range(1, 255).Where(code => code is not ('\r' or '\n')).Select(code => $"Bearer ab{(char)code}cd.{(char)code}.ef"),
    ];

    [Fact]
    public async Task Hostile_headers_are_refused_and_leave_no_trace_of_themselves()
    {
        var good = api.Bearer(Persona.Admin);
        string[] headers = [.. Headers, .. Enumerable.Range(1, 60).Select(part => good[..^(good.Length * part / 61)])];
        var challenged = 0;
        foreach (var header in headers)
        {
            var answer = await RawRequest.SendAsync(api, "GET /badge", $"Authorization: {header}\r\n");
            var status = answer.Length == 0 ? 0 : int.Parse(answer[9..12]);
            Assert.True(status is >= 400 and < 500 || (status == 0 && header.Length >= HeaderLimit),
                $"{status} for {header[..Math.Min(header.Length, 120)]}");
            if (status == 401) challenged++;
        }

        Assert.InRange(challenged, headers.Length * 8 / 10, headers.Length);
        Assert.DoesNotContain(api.Recording.Logs, log => log.Level >= LogLevel.Error);

        // Whatever is long enough to be recognised may be in no log line and no span.
        var told = string.Join('\n', [.. api.Recording.Logs.Select(log => log.Message),
            .. api.Recording.Spans.SelectMany(span => span.TagObjects).Select(tag => $"{tag.Value}")]);
        Assert.All(headers.Select(header => header.Split(' ')[^1]).Where(secret => secret.Length > 12),
            secret => Assert.DoesNotContain(secret, told));
    }
}
