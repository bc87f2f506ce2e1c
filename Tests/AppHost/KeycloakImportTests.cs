using System.Text.RegularExpressions;
using AuthDemo.Tests.Application;

namespace AuthDemo.Tests.AppHost;

/// <summary>What the real Keycloak says about the realm files when it imports them.</summary>
[Collection(KeycloakApplication.Collection)]
[Trait("Needs", "Processes")]
public sealed partial class KeycloakImportTests(KeycloakApplication application)
{
    [Fact]
    public async Task Realm_files_are_imported_without_a_warning()
    {
        var log = await application.ReadLogAsync("keycloak", TestContext.Current.CancellationToken);
        var entries = log.Select(line => Entry().Match(line)).Where(match => match.Success);

        // The start, with the import, runs on the thread 'main'; calls are answered by others.
        var start = entries.Where(e => e.Groups["thread"].Value == "main").ToList();
        Assert.Contains(start, e => e.Groups["text"].Value.Contains("Realm 'authdemo' imported", StringComparison.Ordinal));
        Assert.Contains(start, e => e.Groups["text"].Value.Contains("Realm 'neighbour' imported", StringComparison.Ordinal));
        // Keycloak's own features, deprecated but on by default, are not ours to switch.
        var warnings = start.Where(e =>
            e.Groups["level"].Value is "WARN" or "ERROR" or "FATAL" && e.Groups["logger"].Value != "org.keycloak.common.Profile");
        Assert.Empty(warnings.Select(e => e.Value));
    }

    // 2026-01-31 12:00:00,000 traceId=, parentId=, spanId=, sampled= WARN  [org.keycloak.services] (main) text
    [GeneratedRegex(
        @"\d{4}-\d\d-\d\d [\d:,]+ (traceId=\S* parentId=\S* spanId=\S* sampled=\S* )?"
        + @"(?<level>[A-Z]+) +\[(?<logger>[^\]]+)\] \((?<thread>[^)]+)\) (?<text>.*)$",
        RegexOptions.ExplicitCapture)]
    private static partial Regex Entry();
}
