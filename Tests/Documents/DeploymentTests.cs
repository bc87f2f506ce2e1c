using Microsoft.Extensions.Configuration;

namespace AuthDemo.Tests.Documents;

/// <summary>The table of settings in docs/deploy.md, held against the code and the settings files of Api and Web.</summary>
public sealed partial class DeploymentTests
{
    [Fact]
    public void Table_has_the_settings_that_the_code_reads_or_a_settings_file_has_and_no_others()
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
        Assert.All(documented.Where(row => row != "AllowedHosts" && !row.StartsWith("services:", StringComparison.Ordinal)),
            row => Assert.Contains(known, name => IsSame(name, row)));
    }

    private static bool IsOfService(string file) => file.Split('/')[0] is "Api" or "Web" or "ServiceDefaults";

    /// <summary>Also where one is a section that is bound as a whole.</summary>
    private static bool IsSame(string name, string documented) =>
        $"{name}:".StartsWith(documented + ":", StringComparison.Ordinal)
        || $"{documented}:".StartsWith(name + ":", StringComparison.Ordinal);

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
