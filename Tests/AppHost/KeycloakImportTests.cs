namespace AuthDemo.Tests.AppHost;

[Collection(KeycloakApplication.Collection)]
[Trait("Needs", "Processes")]
public sealed class KeycloakImportTests(KeycloakApplication application)
{
    [Fact]
    public async Task Realm_files_are_imported_without_a_warning()
    {
        var log = await application.ReadLogAsync("keycloak", TestContext.Current.CancellationToken);
        // The start, with the import, runs on the thread 'main'; calls are answered by others.
        Assert.Contains(log, line => line.Contains("(main) Realm 'authdemo' imported", StringComparison.Ordinal));
        Assert.Contains(log, line => line.Contains("(main) Realm 'neighbour' imported", StringComparison.Ordinal));
        // Keycloak's own features, deprecated but on by default, are not ours to switch. A line looks like
        // 2026-01-31 12:00:00,000 traceId=, parentId=, spanId=, sampled= WARN  [org.keycloak.services] (main) text
        Assert.DoesNotContain(log, line =>
            Regex.IsMatch(line, @" (WARN|ERROR|FATAL) +\[[^\]]+\] \(main\) ") && !line.Contains("[org.keycloak.common.Profile]"));
    }
}
