using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;

namespace AuthDemo.Tests.Documents;

/// <summary>The table of settings in docs/deploy.md, held against the code and the settings files of Api and Web.</summary>
public sealed partial class DeploymentTests
{
    private static readonly string[] OfTheFramework = ["Logging", "ReloadStaticAssetsAtRuntime"];

    [Fact]
    public void Table_has_every_setting_that_the_code_reads_or_a_settings_file_has()
    {
        var documented = ReadTable();
        Assert.NotEmpty(documented);
        Assert.All(FindInCode(), name => Assert.Contains(documented, known => IsSame(name, known)));
    }

    [Fact]
    public void Table_has_no_setting_that_the_code_does_not_know()
    {
        // The framework reads AllowedHosts and the addresses of services.
        var known = FindInCode();
        Assert.All(ReadTable().Where(name => name != "AllowedHosts" && !name.StartsWith("services:", StringComparison.Ordinal)),
            name => Assert.Contains(known, one => IsSame(one, name)));
    }

    private static string[] FindInCode()
    {
        var code = Repository.Files("*.cs").Where(IsOfService).Select(file => File.ReadAllText(Repository.PathOf(file))).ToArray();
        var read = code.SelectMany(text => Literal().Matches(text)).Select(literal => literal.Groups["name"].Value);
        var connections = code.SelectMany(text => ConnectionString().Matches(text))
            .Select(literal => "ConnectionStrings:" + literal.Groups["name"].Value);
        var set = Repository.Files("appsettings*.json").Where(IsOfService).SelectMany(file => ReadNames(Repository.PathOf(file)));
        return [.. read.Concat(connections).Concat(set).Distinct()];
    }

    private static string[] ReadTable() =>
        [.. Table().Matches(File.ReadAllText(Repository.PathOf("docs/deploy.md"))).Select(row => row.Groups["name"].Value)];

    private static bool IsOfService(string file) => file.Split('/')[0] is "Api" or "Web" or "ServiceDefaults";

    private static bool IsSame(string name, string documented) =>
        name == documented
        || name.StartsWith(documented + ":", StringComparison.Ordinal)
        || documented.StartsWith(name + ":", StringComparison.Ordinal); // a section that is bound as a whole

    private static IEnumerable<string> ReadNames(string file) => new ConfigurationBuilder()
        .AddJsonFile(file).Build().AsEnumerable()
        .Where(setting => setting.Value is not null && !OfTheFramework.Contains(setting.Key.Split(':')[0]))
        .Select(setting => setting.Key);

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
