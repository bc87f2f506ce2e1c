using AuthDemo.AppHost.Keycloak;
using AuthDemo.Tests.Application;

namespace AuthDemo.Tests.AppHost;

/// <summary>What the users' authenticator apps would show.</summary>
[Collection(StandInApplication.Collection)]
public sealed class OneTimeCodesTests(StandInApplication application)
{
    private static IEnumerable<RealmUser> Users => new RealmFiles(Repository.PathOf("AppHost/Realms")).Users;

    [Fact]
    public void Codes_are_those_of_the_standard()
    {
        // RFC 6238, appendix B, cut to six digits: the secret is the ASCII text "12345678901234567890".
        var user = new RealmUser("alice", "alice", "user", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");

        var table = OneTimeCodes.Format([user], DateTime.UnixEpoch.AddSeconds(1111111109));

        Assert.EndsWith("| alice | 081804 | 1 |\n", table, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Command_shows_everybodys_code_of_this_moment()
    {
        await application.StartAsync();
        // One of the two, since a period may end in between.
        var before = OneTimeCodes.Format(Users, DateTime.UtcNow);
        var result = await application.ExecuteAsync("keycloak", "one-time-codes", TestContext.Current.CancellationToken);
        var after = OneTimeCodes.Format(Users, DateTime.UtcNow);

        Assert.True(result.Success, result.Message);
        Assert.Contains(WithoutSeconds(result.Data!.Value), (string[])[WithoutSeconds(before), WithoutSeconds(after)]);
    }

    [Fact]
    public async Task Web_gets_the_secrets_to_show_them_on_a_phone()
    {
        var environment = (await application.ReadSnapshotAsync("web")).EnvironmentVariables;

        Assert.Equal(
            Users.Select(user => (user.Name, user.Authenticator)).Order(),
            environment.Where(variable => variable.Name.StartsWith("Authenticators__", StringComparison.Ordinal))
                .Select(variable => (variable.Name["Authenticators__".Length..], variable.Value)).Order());
    }

    private static string WithoutSeconds(string table) =>
        string.Join('\n', table.Split('\n').Select(row => string.Join('|', row.Split('|').Take(3))));
}
