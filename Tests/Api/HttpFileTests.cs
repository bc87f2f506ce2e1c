namespace AuthDemo.Tests.Api;

/// <summary>The requests of Api/Api.http, each answered as its heading says.</summary>
public sealed partial class HttpFileTests(RunningApi api) : IClassFixture<RunningApi>
{
    public static TheoryData<string, string> Requests =>
        new(File.ReadAllText(Repository.PathOf("Api/Api.http")).ReplaceLineEndings("\n").Split("\n### ")[1..]
            .Select(part => part.Split('\n', 2))
            .Where(part => part[1].Contains("{{api}}"))
            .Select(part => (part[0], part[1].Trim())));

    [Theory, MemberData(nameof(Requests))]
    public async Task Request_is_answered_as_its_heading_says(string heading, string request)
    {
        var nightWatch = api.Bearer(new Persona("night-watch", "night-watch", ["user"], []),
            """ "client_id":"night-watch","scope":"visitors:read" """)["Bearer ".Length..];
        var lines = Variable().Replace(request, nightWatch).Replace("{{api}}", "").Split('\n');
        var headers = lines[1..].Select(line => line.Split(": ", 2)).ToDictionary(header => header[0], header => header[1]);
        headers.Remove("Authorization", out var authorization);

        var answer = await api.SendAsync(lines[0], authorization, message =>
        {
            foreach (var (name, value) in headers) message.Headers.Add(name, value);
        });

        var expected = Expectation().Match(heading);
        Assert.Equal(expected.Success ? expected.Groups["status"].Value : "200", $"{answer.Status}");
        if (expected.Groups["reason"] is { Success: true, Value: var reason }) Assert.Equal(reason, answer.Text("reason"));
    }

    [Fact]
    public void Secret_is_the_realm_s() => Assert.Contains(
        $"\"{Secret().Match(File.ReadAllText(Repository.PathOf("Api/Api.http")))}\"",
        File.ReadAllText(Repository.PathOf("AppHost/Realms/authdemo-realm.json")));

    [GeneratedRegex("(?<=grant_type=client_credentials.*client_secret=)[^&\n]+")]
    private static partial Regex Secret();

    [GeneratedRegex(@"\{\{nightWatch[^}]*}}")]
    private static partial Regex Variable();

    [GeneratedRegex(@": (?<status>\d{3})( (?<reason>\w+_\w+))?")]
    private static partial Regex Expectation();
}
