using AuthDemo.Tests.Application;

namespace AuthDemo.Tests.Identity;

/// <summary>The contract, asked of the real Keycloak that runs in the application.</summary>
[Collection(KeycloakApplication.Collection)]
public sealed class KeycloakContractTests(KeycloakApplication application) : IdentityProviderContract
{
    protected override async Task<IdentityProviderUnderTest> StartAsync()
    {
        await application.StartAsync();
        return new(application.Keycloak, application.Web);
    }
}
