namespace AuthDemo.StandIn.Realms;

/// <param name="CanLogIn">Whether it may send people to the login page (authorization code flow).</param>
/// <param name="HasServiceAccount">Whether it may get tokens for itself (client credentials).</param>
/// <param name="BaseUrl">Where a page leads back to the application.</param>
/// <param name="AccessTokenType">The <c>typ</c> header of its access tokens.</param>
public sealed record Client(
    string Id,
    string? Secret,
    bool CanLogIn,
    bool HasServiceAccount,
    string? BaseUrl,
    IReadOnlyList<string> RedirectUris,
    IReadOnlyList<string> PostLogoutRedirectUris,
    string AccessTokenType,
    TimeSpan AccessTokenLifespan,
    IReadOnlyList<ClientScope> DefaultScopes,
    IReadOnlyList<ClientScope> OptionalScopes,
    IReadOnlyList<ProtocolMapper> Mappers)
{
    /// <summary>Where a page of the realm may lead to.</summary>
    public IEnumerable<string> Addresses => [.. RedirectUris, .. PostLogoutRedirectUris, .. BaseUrl is null ? [] : (string[])[BaseUrl]];

    public IEnumerable<ClientScope> AllScopes => DefaultScopes.Concat(OptionalScopes);

    /// <summary>
    /// The <c>scope</c> of a token: <c>openid</c> where asked for, and the names of the scopes that show themselves there.
    /// </summary>
    public string ScopeText(IReadOnlyCollection<string> requested)
    {
        var names = Granted(requested).Where(scope => scope.InToken).Select(scope => scope.Name);
        return string.Join(' ', requested.Contains("openid") ? names.Prepend("openid") : names);
    }

    /// <summary>The claims that the mappers of the granted scopes, and the client's own, put into a kind of token.</summary>
    public Dictionary<string, object> MapClaims(TokenKind kind, IReadOnlyCollection<string> requested, Subject subject)
    {
        var claims = new Dictionary<string, object>();
        var audiences = new List<string>();
        foreach (var mapper in Granted(requested).SelectMany(scope => scope.Mappers).Concat(Mappers))
        {
            if (!mapper.Kinds.Contains(kind) || mapper.Value(subject) is not { } value) continue;
            if (mapper.Claim == "aud") audiences.Add((string)value);
            else claims[mapper.Claim] = value;
        }

        if (audiences.Count > 0) claims["aud"] = audiences.Count == 1 ? audiences[0] : audiences;
        return claims;
    }

    private IEnumerable<ClientScope> Granted(IReadOnlyCollection<string> requested) =>
        DefaultScopes.Concat(OptionalScopes.Where(scope => requested.Contains(scope.Name)));
}
