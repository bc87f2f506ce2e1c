using System.Text.Json;

namespace AuthDemo.Tests.Identity;

/// <summary>An identity provider that serves the realm files, and the address of Web that its realm allows redirects to.</summary>
public sealed record IdentityProviderUnderTest(Uri Address, Uri Web)
{
    public string RealmUrl(string realm = "authdemo") => new Uri(Address, $"/realms/{realm}").ToString();

    public string Endpoint(string name, string realm = "authdemo") => $"{RealmUrl(realm)}/protocol/openid-connect/{name}";

    public string Callback => new Uri(Web, "/signin-oidc").ToString();

    public string PostLogout => new Uri(Web, "/signout-callback-oidc").ToString();
}

/// <summary>The header and the claims of a JWT, not validated: what is asked here is what an identity provider writes.</summary>
internal sealed record DecodedToken(JsonElement Header, JsonElement Claims)
{
    public static DecodedToken Of(string token)
    {
        var parts = token.Split('.');
        Assert.Equal(3, parts.Length);
        return new(Decode(parts[0]), Decode(parts[1]));

        static JsonElement Decode(string part) => JsonSerializer.Deserialize<JsonElement>(System.Buffers.Text.Base64Url.DecodeFromChars(part));
    }

    public string? this[string claim] => Claims.TryGetProperty(claim, out var value) ? value.ToString() : null;

    public long Number(string claim) => Claims.GetProperty(claim).GetInt64();

    public string[] List(string claim) => [.. Claims.GetProperty(claim).EnumerateArray().Select(v => v.GetString()!)];

    /// <summary>The names of all claims, in alphabetical order.</summary>
    public string[] Names => [.. Claims.EnumerateObject().Select(p => p.Name).Order(StringComparer.Ordinal)];
}
