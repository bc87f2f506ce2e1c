using AuthDemo.AppHost.Keycloak;
using AuthDemo.Tests.Application;

namespace AuthDemo.Tests.AppHost;

/// <summary>What the users' authenticator apps would show.</summary>
[Collection(StandInApplication.Collection)]
public sealed class OneTimeCodesTests(StandInApplication application)
{
    private static readonly RealmUser[] Users = [.. new RealmFiles(Repository.PathOf("AppHost/Realms")).Users];

    [Fact]
    public void Codes_are_those_of_the_standard()
    {
        // RFC 6238, appendix B, cut to six digits: the secret is the ASCII text "12345678901234567890".
        var user = new RealmUser("alice", "alice", "user", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");

        var table = OneTimeCodes.Format([user], DateTime.UnixEpoch.AddSeconds(1111111109));

        Assert.EndsWith("| alice | 081804 | 1 |\n", table, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Needs", "Processes")]
    public async Task Command_shows_everybodys_code_of_this_moment()
    {
        var result = await application.ExecuteAsync("keycloak", "one-time-codes", TestContext.Current.CancellationToken);

        Assert.True(result.Success, result.Message);
        foreach (var user in Users) Assert.Matches($@"\| {user.Name} \| \d{{6}} \| \d+ \|", result.Data!.Value);
    }

    [Fact]
    [Trait("Needs", "Processes")]
    public async Task Web_gets_the_secrets_to_show_them_on_a_phone()
    {
        var environment = (await application.ReadSnapshotAsync("web")).EnvironmentVariables;

        Assert.Equal(3, Users.Length);
        foreach (var user in Users)
            Assert.Equal(user.Authenticator, Assert.Single(environment, variable => variable.Name == $"Authenticators__{user.Name}").Value);
    }
}
