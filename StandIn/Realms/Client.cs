using System.Text.Json.Serialization;

namespace AuthDemo.StandIn.Realms;

/// <param name="CanLogIn">Whether it can use the authorization code flow.</param>
/// <param name="HasServiceAccount">Whether it can use client credentials.</param>
/// <param name="BaseUrl">The application's URL.</param>
public sealed record Client(
    [property: JsonPropertyName("clientId")] string Id,
    string? Secret = null,
    string? BaseUrl = null,
    string[]? RedirectUris = null,
    Dictionary<string, string>? Attributes = null,
    string[]? DefaultClientScopes = null,
    string[]? OptionalClientScopes = null,
    ProtocolMapper[]? ProtocolMappers = null,
    [property: JsonPropertyName("serviceAccountsEnabled")] bool HasServiceAccount = false,
    [property: JsonPropertyName("standardFlowEnabled")] bool CanLogIn = true,
    bool BearerOnly = false,
    bool Enabled = true)
{
    public string[] LoginUris => CanLogIn ? RedirectUris ?? [] : [];

    public string[] PostLogoutRedirectUris => this["post.logout.redirect.uris"]?.Split("##") ?? [];

    /// <summary>The URLs to which the realm's pages may redirect.</summary>
    public IEnumerable<string> Addresses => new[] { BaseUrl }.OfType<string>().Concat(RedirectUris ?? []).Concat(PostLogoutRedirectUris);

    /// <summary>The <c>typ</c> header of its access tokens.</summary>
    public string AccessTokenType => this["access.token.header.type.rfc9068"] == "true" ? "at+jwt" : "JWT";

    public string? this[string attribute] => Attributes?.GetValueOrDefault(attribute);
}
