using AuthDemo.AppHost.Keycloak;

namespace AuthDemo.Tests.AppHost;

[Collection(StandInApplication.Collection)]
public sealed class StandInDashboardTests(StandInApplication application) : DashboardTests(application);

[Collection(KeycloakApplication.Collection)]
public sealed class KeycloakDashboardTests(KeycloakApplication application) : DashboardTests(application);

[Trait("Needs", "Processes")]
public abstract class DashboardTests(RunningApplication application)
{
    [Theory]
    [InlineData("keycloak")]
    [InlineData("api")]
    [InlineData("web")]
    public async Task Environment_of_a_resource_has_no_secret_of_a_realm_file(string resource)
    {
        var files = Directory.GetFiles(Repository.PathOf("AppHost/Realms")).Select(File.ReadAllText);
        List<string> secrets = [.. files.SelectMany(file => Regex.Matches(file, """
            "secret": "(\$\{WEB_CLIENT_SECRET:)?(?<value>[^"}]+)
            """)).Select(match => match.Groups["value"].Value)];
        Assert.Equal(5, secrets.Count);
        var shown = (await application.ReadSnapshotAsync(resource)).EnvironmentVariables.Where(variable => variable.IsFromSpec).ToList();
        Assert.NotEmpty(shown);
        Assert.All(shown, variable => Assert.DoesNotContain(secrets, secret => variable.Value?.Contains(secret) == true));
    }

    [Fact]
    public async Task Command_shows_everybodys_code_of_this_moment_and_Web_gets_the_secrets_to_show_them_on_a_phone()
    {
        var result = await application.ExecuteAsync("keycloak", "one-time-codes", TestContext.Current.CancellationToken);
        var environment = (await application.ReadSnapshotAsync("web")).EnvironmentVariables;

        Assert.True(result.Success, result.Message);
        RealmUser[] users = [.. new RealmFiles(Repository.PathOf("AppHost/Realms")).Users];
        Assert.Equal(3, users.Length);
        foreach (var user in users)
        {
            Assert.Matches($@"\| {user.Name} \| \d{{6}} \| \d+ \|", result.Data!.Value);
            Assert.Equal(user.Authenticator, Assert.Single(environment, variable => variable.Name == $"Authenticators__{user.Name}").Value);
        }
    }
}
