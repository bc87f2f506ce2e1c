using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;
using static OpenIddict.Server.OpenIddictServerHandlers.Protection;

namespace AuthDemo.StandIn.Server.Handlers;

/// <summary>
/// Lets OpenIddict recognize a revoked access token at userinfo (RFC 6750, section 3.1). It looks for the token's entry by a claim of its
/// own, which <see cref="WriteKeycloakClaims"/> replaced by <c>jti</c>. Runs after OpenIddict has mapped the claims, and before it looks.
/// </summary>
internal sealed class FindTokenEntryByJwtId : IOpenIddictServerHandler<ValidateTokenContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<ValidateTokenContext>()
            .UseSingletonHandler<FindTokenEntryByJwtId>()
            .SetOrder(MapInternalClaims.Descriptor.Order + 500)
            .Build();

    public ValueTask HandleAsync(ValidateTokenContext context)
    {
        if (context.Principal is { } principal && principal.HasTokenType(TokenTypeIdentifiers.AccessToken))
            principal.SetTokenId(principal.GetClaim(Claims.JwtId));
        return ValueTask.CompletedTask;
    }
}
