using System.Reflection;
using AuthDemo.Web.Lab.Scenarios;
using AuthDemo.Web.Login;
using AuthTracing;

namespace AuthDemo.Tests.Documents;

/// <summary>The documents' tables are copies: realm files, settings files and code are the originals.</summary>
public sealed partial class TableTests
{
    [Fact]
    public void The_table_of_users_says_what_the_realm_file_says()
    {
        var realm = JsonSerializer.Deserialize<JsonElement>(File.ReadAllText(Repository.PathOf("AppHost/Realms/authdemo-realm.json")));
        var people = realm.GetProperty("users").EnumerateArray().Where(u => !u.TryGetProperty("serviceAccountClientId", out _));
        string[] expected = ["| user | roles | groups |", "|---|---|---|",
            .. people.Select(u => $"| {u.GetProperty("username")} | {Join(u, "realmRoles")} | {Join(u, "groups")} |")];
        Assert.Equal(expected, TableBetween("README.md", "<!-- users -->", "<!-- /users -->"));
    }

    [Fact]
    public void The_short_version_is_what_is_compiled()
    {
        var code = string.Join('\n', File.ReadAllLines(Repository.PathOf("Tests/Documents/ShortVersion.cs")).Select(line => line.Trim()));
        var lines = TableBetween("README.md", "<!-- short -->", "<!-- /short -->")[1..^1].Select(line => line.Trim()).ToArray();
        Assert.InRange(lines.Length, 10, 35);
        foreach (var part in string.Join('\n', lines).Split("\n\n")) Assert.Contains(part, code);
    }

    [Fact]
    public void The_table_of_scenarios_says_what_the_code_says()
    {
        string[] expected = ["| scenario | request | credential | as | status | challenge | reason |", "|---|---|---|---|---|---|---|",
            .. ScenarioTable.All.SelectMany(RowsOf)];
        var actual = TableBetween("docs/scenarios.md", "<!-- scenarios -->", "<!-- /scenarios -->");
        Assert.True(
            expected.SequenceEqual(actual), $"docs/scenarios.md is out of date. Replace its table by:\n{string.Join('\n', expected)}");
    }

    [Theory]
    [InlineData("steps", typeof(Steps))]
    [InlineData("attributes", typeof(AuthSource))]
    [InlineData("outcomes", typeof(Outcomes))]
    [InlineData("reasons", typeof(AuthReasons))]
    public void The_lists_of_AuthTracing_are_the_constants_of_the_code(string list, Type constants)
    {
        var words = from field in constants.GetFields(BindingFlags.Public | BindingFlags.Static)
                    where field.IsLiteral && field.Name != nameof(AuthSource.DefaultName)
                    select (string?)field.GetRawConstantValue();
        Assert.Equal(words, FirstWords($"<!-- {list} -->", $"<!-- /{list} -->"));
    }

    [Fact]
    public void The_options_of_AuthTracing_are_those_of_the_code() => Assert.Equal(
        typeof(AuthTracingOptions).GetProperties().Select(option => option.Name).Order(), FirstWords("### Options", "```csharp").Order());

    private static IEnumerable<string> FirstWords(string start, string end) => TableBetween("AuthTracing/README.md", start, end)
        .SkipWhile(row => !row.StartsWith("|--", StringComparison.Ordinal)).Where(row => row.StartsWith("| `", StringComparison.Ordinal))
        .Select(row => row.Split('`')[1]);

    private static IEnumerable<string> RowsOf(Scenario scenario) =>
        from persona in Personas.All
        let expectation = scenario.Expected.For(persona)
        where expectation is not null
        group persona by expectation with { Why = "" } into people
        let who = people.Count() == Personas.All.Count ? "everybody" : string.Join(", ", people)
        let request = $"`{scenario.Request.Method} {scenario.Request.Path}`"
        let answer = $"{people.Key.Status} | {Code(people.Key.Challenge)} | {Code(people.Key.Reason)}"
        select $"| {scenario.Title} | {request} | {scenario.Credential.Name} | {who} | {answer} |";

    private static string Code(string? text) => text is null ? "" : $"`{text}`";

    private static string Join(JsonElement user, string list) => string.Join(", ", user.GetProperty(list).EnumerateArray());

    private static string[] TableBetween(string document, string start, string end)
    {
        var lines = File.ReadAllLines(Repository.PathOf(document));
        var from = Array.IndexOf(lines, start);
        var to = Array.IndexOf(lines, end, from + 1);
        Assert.True(from >= 0 && to > from, $"{document} has no section between {start} and {end}.");
        return lines[(from + 1)..to];
    }

    [Fact]
    public void The_table_of_settings_has_those_that_the_code_reads_or_a_settings_file_has_and_no_others()
    {
        var code = string.Concat(Repository.Files("*.cs").Where(IsOfService).Select(file => File.ReadAllText(Repository.PathOf(file))));
        var files = Repository.Files("appsettings*.json").Where(IsOfService)
            .SelectMany(file => new ConfigurationBuilder().AddJsonFile(Repository.PathOf(file)).Build().AsEnumerable())
            .Where(setting => setting.Value is not null).Select(setting => setting.Key)
            .Where(name => name.Split(':')[0] is not ("Logging" or "ReloadStaticAssetsAtRuntime"));
        string[] known =
        [
            .. Literal().Matches(code).Select(literal => literal.Groups["name"].Value),
            .. ConnectionString().Matches(code).Select(literal => "ConnectionStrings:" + literal.Groups["name"].Value),
            .. files,
        ];
        var documented = Table().Matches(File.ReadAllText(Repository.PathOf("docs/deploy.md"))).Select(row => row.Groups["name"].Value);
        Assert.All(known, name => Assert.Contains(documented, row => IsSame(name, row)));
        // The framework reads AllowedHosts and the addresses of services.
        Assert.All(documented.Where(row => row != "AllowedHosts" && !row.StartsWith("services:")),
            row => Assert.Contains(known, name => IsSame(name, row)));
    }

    private static bool IsOfService(string file) => file.Split('/')[0] is "Api" or "Web" or "ServiceDefaults";

    private static bool IsSame(string name, string documented) =>
        $"{name}:".StartsWith(documented + ":") || $"{documented}:".StartsWith(name + ":");

    // | `Authentication:ClockSkew` | Api, Web | ...
    [GeneratedRegex(@"^\| `(?<name>[A-Za-z_]+(:[A-Za-z0-9]+)*)` \| (Api|Web)", RegexOptions.Multiline)]
    private static partial Regex Table();

    // BindConfiguration("Authentication:Schemes:Bearer"), "Authentication:ClockSkew must be from ...", Configuration["DASHBOARD_URL"]
    [GeneratedRegex(
        "\"(?<name>(Authentication|RateLimits|Lab|Intercom|ForwardedHeaders)(:[A-Za-z]+)+|DASHBOARD_URL|OTEL_EXPORTER_OTLP_ENDPOINT)")]
    private static partial Regex Literal();

    // private const string ConnectionString = "sessions";
    [GeneratedRegex("const string ConnectionString = \"(?<name>[a-z]+)\"")]
    private static partial Regex ConnectionString();
}
