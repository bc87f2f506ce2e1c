namespace AuthDemo.Tests.Identity;

/// <summary>A realm of an identity provider that serves realm files, and the address of Web that it allows redirects to.</summary>
public sealed record IdentityProviderUnderTest(Uri Address, Uri Web, string Realm = "authdemo")
{
    public string RealmUrl => new Uri(Address, $"/realms/{Realm}").ToString();

    public string Discovery => $"{RealmUrl}/.well-known/openid-configuration";

    public string Callback => new Uri(Web, "/signin-oidc").ToString();

    public string PostLogout => new Uri(Web, "/signout-callback-oidc").ToString();

    public string Endpoint(string name) => $"{RealmUrl}/protocol/openid-connect/{name}";
}
