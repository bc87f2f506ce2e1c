using AuthDemo.StandIn.Realms;
using AuthDemo.StandIn.Tokens;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;
using static OpenIddict.Server.OpenIddictServerHandlers.Protection;

namespace AuthDemo.StandIn.Server.Handlers;

/// <summary>
/// Lets access tokens (RFC 9068, section 2.2) and ID tokens hold what the realm's mappers say, and nothing of OpenIddict's own.
/// Runs after OpenIddict has put its own claims into the descriptor, and before it signs.
/// Codes, refresh tokens and pushed requests stay as OpenIddict writes them: encrypted.
/// </summary>
internal sealed class WriteKeycloakClaims(Realm realm) : IOpenIddictServerHandler<GenerateTokenContext>
{
    /// <summary>The scopes of the access token, for what is written after it: an ID token's principal has none.</summary>
    private const string GrantedScopes = "stand-in:granted_scopes";

    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<GenerateTokenContext>()
            .UseScopedHandler<WriteKeycloakClaims>()
            .SetOrder(AttachTokenMetadata.Descriptor.Order + 500)
            .Build();

    public static IReadOnlyCollection<string> ScopesOf(OpenIddictServerTransaction transaction) =>
        transaction.GetProperty<string[]>(GrantedScopes) ?? [];

    public ValueTask HandleAsync(GenerateTokenContext context)
    {
        var client = realm.Clients[context.ClientId!];
        if (context.TokenType == TokenTypeIdentifiers.AccessToken)
        {
            context.Transaction.SetProperty(GrantedScopes, context.Principal.GetScopes().ToArray());
            Replace(context, client.AccessTokenType, AccessTokenClaims(context, client));
        }
        else if (context.TokenType == TokenTypeIdentifiers.IdentityToken)
        {
            Replace(context, JsonWebTokenTypes.GenericJsonWebToken, IdTokenClaims(context, client));
        }

        return ValueTask.CompletedTask;
    }

    private Dictionary<string, object> AccessTokenClaims(GenerateTokenContext context, Client client)
    {
        var claims = CommonClaims(context, client, TokenKind.Access);
        claims[Claims.JwtId] = context.Principal.GetTokenId() ?? Guid.NewGuid().ToString();
        claims["typ"] = "Bearer";
        claims[Claims.Scope] = client.ScopeText(ScopesOf(context.Transaction));
        return claims;
    }

    private Dictionary<string, object> IdTokenClaims(GenerateTokenContext context, Client client)
    {
        var claims = CommonClaims(context, client, TokenKind.Id);
        claims[Claims.Subject] = context.Principal.GetClaim(Claims.Subject)!;
        claims[Claims.Audience] = client.Id;
        claims[Claims.JwtId] = Guid.NewGuid().ToString();
        claims["typ"] = "ID";
        if (context.Principal.GetClaim(Claims.AccessTokenHash) is { } hash) claims[Claims.AccessTokenHash] = hash;
        // A refreshed ID token has no nonce (OpenID Connect Core, section 12.2).
        if (context.Principal.GetClaim(Claims.Nonce) is { } nonce && context.Request?.IsRefreshTokenGrantType() is false)
            claims[Claims.Nonce] = nonce;
        return claims;
    }

    private Dictionary<string, object> CommonClaims(GenerateTokenContext context, Client client, TokenKind kind)
    {
        var claims = client.MapClaims(kind, ScopesOf(context.Transaction), TokenPrincipal.SubjectOf(context.Principal, realm));
        claims[Claims.AuthorizedParty] = client.Id;
        if (context.Principal.GetClaim(TokenPrincipal.SessionId) is { } session) claims[TokenPrincipal.SessionId] = session;
        return claims;
    }

    private static void Replace(GenerateTokenContext context, string type, Dictionary<string, object> claims)
    {
        context.SecurityTokenDescriptor.Subject = null;
        context.SecurityTokenDescriptor.Claims = claims;
        context.SecurityTokenDescriptor.TokenType = type;
    }
}
