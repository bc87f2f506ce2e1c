using AuthDemo.Tests.Application;

namespace AuthDemo.Tests.Identity;

/// <summary>A realm file means the same to both identity providers, also where it says things in a roundabout way.</summary>
public abstract class RealmFileContract
{
    public static readonly string Folder = Repository.PathOf("Tests/Identity/Realms");

    protected abstract Task<IdentityProviderUnderTest> StartAsync();

    [Theory]
    [InlineData("carla", "carla", "admin auditor boss user")] // by a role that has others in it
    [InlineData("gustav", "gustav", "admin auditor user")] // by a group
    [InlineData(" Carla ", "carla", "admin auditor boss user")] // as keyboards write it
    [InlineData("gustav@authdemo.example ", "gustav", "admin auditor user")]
    public async Task Person_has_the_roles_of_roles_and_groups_under_each_of_the_names(string name, string password, string roles)
    {
        using var client = new OidcClient(await StartAsync() with { Realm = "variety" });

        var callback = client.Callback(await client.SignInAsync(await client.AuthorizeAsync(("scope", "openid")), name, password));
        var first = await client.RedeemAsync(callback["code"]!);
        var second = await client.LogInAsync(password, ("scope", "openid")); // by the session

        Assert.Equal(roles.Split(' '), first.Access.List("roles"));
        Assert.Equal(("1", "0"), (first.Access["acr"], second.Access["acr"])); // a login flow without levels
    }
}

public sealed class StandInRealmFileTests : RealmFileContract, IDisposable
{
    private readonly StandInHost standIn = new("Tests/Identity/Realms");

    public void Dispose() => standIn.Dispose();

    protected override Task<IdentityProviderUnderTest> StartAsync() => Task.FromResult(standIn.Provider);
}

[Collection(KeycloakApplication.Collection)]
public sealed class KeycloakRealmFileTests(KeycloakApplication application) : RealmFileContract
{
    protected override Task<IdentityProviderUnderTest> StartAsync() => IdentityProviderUnderTest.OfAsync(application);
}
