namespace AuthDemo.Tests.Identity;

/// <summary>An identity provider that serves the realm files, and the address of Web that its realm allows redirects to.</summary>
public sealed record IdentityProviderUnderTest(Uri Address, Uri Web)
{
    public string RealmUrl(string realm = "authdemo") => new Uri(Address, $"/realms/{realm}").ToString();

    public string Endpoint(string name, string realm = "authdemo") => $"{RealmUrl(realm)}/protocol/openid-connect/{name}";

    public string Discovery => $"{RealmUrl()}/.well-known/openid-configuration";

    public string Callback => new Uri(Web, "/signin-oidc").ToString();

    public string PostLogout => new Uri(Web, "/signout-callback-oidc").ToString();
}
