using AuthDemo.StandIn.Sessions;
using AuthDemo.StandIn.Tokens;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;
using static OpenIddict.Server.OpenIddictServerHandlers.Protection;

namespace AuthDemo.StandIn.Server.Handlers;

/// <summary>
/// Rejects codes, refresh tokens and access tokens whose session has ended. ID tokens are exempt because a logout hint may outlive its
/// session (OpenID Connect RP-Initiated Logout, section 2), and so are pushed requests, which have no session. Runs after OpenIddict has
/// read the token and before it looks up the token's entry.
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

        // OpenIddict looks up the token's entry by a private claim that Keycloak's access tokens do not have.
        if (principal.HasTokenType(TokenTypeIdentifiers.AccessToken)) principal.SetTokenId(principal.GetClaim(Claims.JwtId));
        if (sessions.Find(principal.GetClaim(TokenPrincipal.SessionId)) is null) context.Reject(Errors.InvalidToken, "Session not active");
        return default;
    }
}
