using AuthDemo.StandIn.Realms;
using AuthDemo.StandIn.Tokens;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;
using static OpenIddict.Server.OpenIddictServerHandlers.Protection;

namespace AuthDemo.StandIn.Server.Handlers;

/// <summary>
/// Replaces the claims of access tokens (RFC 9068, section 2.2) and ID tokens with those of the realm's mappers. Codes, refresh tokens and
/// pushed requests are left alone: OpenIddict encrypts them. Runs after OpenIddict has added its own claims and before it signs.
/// </summary>
internal sealed class WriteKeycloakClaims(Realm realm) : IOpenIddictServerHandler<GenerateTokenContext>
{
    /// <summary>The granted scopes, for the ID token and the response: an ID token's principal has no scopes.</summary>
    public const string GrantedScopes = "stand-in:granted_scopes";

    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<GenerateTokenContext>()
            .UseScopedHandler<WriteKeycloakClaims>()
            .SetOrder(AttachTokenMetadata.Descriptor.Order + 500)
            .Build();

    public ValueTask HandleAsync(GenerateTokenContext context)
    {
        var client = realm.FindClient(context.ClientId)!;
        if (context.TokenType == TokenTypeIdentifiers.AccessToken)
        {
            var scopes = context.Principal.GetScopes();
            context.Transaction.SetProperty<IReadOnlyCollection<string>>(GrantedScopes, scopes);
            Replace(context, TokenKind.Access, client, client.AccessTokenType, new()
            {
                ["typ"] = "Bearer",
                [Claims.Scope] = realm.ScopeText(client, scopes),
            });
        }
        else if (context.TokenType == TokenTypeIdentifiers.IdentityToken)
        {
            Replace(context, TokenKind.Id, client, JsonWebTokenTypes.GenericJsonWebToken, new()
            {
                ["typ"] = "ID",
                [Claims.Subject] = context.Principal.GetClaim(Claims.Subject),
                [Claims.Audience] = client.Id,
                [Claims.AccessTokenHash] = context.Principal.GetClaim(Claims.AccessTokenHash),
                // No nonce after a refresh (OpenID Connect Core, section 12.2).
                [Claims.Nonce] = context.Request!.IsRefreshTokenGrantType() ? null : context.Principal.GetClaim(Claims.Nonce),
            });
        }

        return default;
    }

    private void Replace(
        GenerateTokenContext context, string kind, Client client, string type, Dictionary<string, string?> additional)
    {
        additional[Claims.AuthorizedParty] = client.Id;
        additional[Claims.JwtId] = context.Principal.GetTokenId();
        additional[TokenPrincipal.SessionId] = context.Principal.GetClaim(TokenPrincipal.SessionId);
        var scopes = context.Transaction.GetProperty<IReadOnlyCollection<string>>(GrantedScopes)!;
        var claims = realm.MapClaims(kind, client, scopes, TokenPrincipal.SubjectOf(context.Principal, realm));
        foreach (var (name, value) in additional)
            if (value is not null) claims[name] = value;

        context.SecurityTokenDescriptor.Subject = null;
        context.SecurityTokenDescriptor.Claims = claims;
        context.SecurityTokenDescriptor.TokenType = type;
    }
}
