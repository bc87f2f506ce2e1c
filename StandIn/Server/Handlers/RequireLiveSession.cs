using AuthDemo.StandIn.Sessions;
using AuthDemo.StandIn.Tokens;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;
using static OpenIddict.Server.OpenIddictServerHandlers.Protection;

namespace AuthDemo.StandIn.Server.Handlers;

/// <summary>
/// Lets what belongs to a login end with its session: codes, refresh tokens, and access tokens at userinfo. Two kinds are left out: the
/// hint of a logout may name a session that is over (OpenID Connect RP-Initiated Logout, section 2), and a pushed request comes before the
/// session. Runs after OpenIddict has read the token, and before it looks for the token's entry.
/// </summary>
internal sealed class RequireLiveSession(RealmSessions sessions) : IOpenIddictServerHandler<ValidateTokenContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<ValidateTokenContext>()
            .UseScopedHandler<RequireLiveSession>()
            .SetOrder(MapInternalClaims.Descriptor.Order + 500)
            .Build();

    public ValueTask HandleAsync(ValidateTokenContext context)
    {
        if (context.Principal is not { } principal || principal.HasTokenType(TokenTypeIdentifiers.IdentityToken)
            || principal.HasTokenType(TokenTypeIdentifiers.Private.RequestToken))
        {
            return default;
        }

        // Revoked tokens are found by a claim of OpenIddict's own, which an access token of Keycloak's shape does not have.
        if (principal.HasTokenType(TokenTypeIdentifiers.AccessToken)) principal.SetTokenId(principal.GetClaim(Claims.JwtId));
        if (sessions.Find(principal.GetClaim(TokenPrincipal.SessionId)) is null) context.Reject(Errors.InvalidToken, "Session not active");
        return default;
    }
}
