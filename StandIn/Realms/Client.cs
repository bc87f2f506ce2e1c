using System.Text.Json.Serialization;

namespace AuthDemo.StandIn.Realms;

/// <param name="CanLogIn">Whether it may send people to the login page (authorization code flow).</param>
/// <param name="HasServiceAccount">Whether it may get tokens for itself (client credentials).</param>
/// <param name="BaseUrl">Where a page leads back to the application.</param>
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

    /// <summary>Where a page of the realm may lead to.</summary>
    public IEnumerable<string> Addresses => new[] { BaseUrl }.OfType<string>().Concat(RedirectUris ?? []).Concat(PostLogoutRedirectUris);

    /// <summary>The <c>typ</c> header of its access tokens.</summary>
    public string AccessTokenType => this["access.token.header.type.rfc9068"] == "true" ? "at+jwt" : "JWT";

    public string? this[string attribute] => Attributes?.GetValueOrDefault(attribute);
}
