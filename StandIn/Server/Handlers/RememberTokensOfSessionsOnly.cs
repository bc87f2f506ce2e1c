using AuthDemo.StandIn.Tokens;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;
using static OpenIddict.Server.OpenIddictServerHandlers.Protection;

namespace AuthDemo.StandIn.Server.Handlers;

/// <summary>
/// Stores no entry for tokens that are never looked up: ID tokens, and access tokens of service accounts, which cannot be revoked.
/// Runs before OpenIddict creates the entry.
/// </summary>
internal sealed class RememberTokensOfSessionsOnly : IOpenIddictServerHandler<GenerateTokenContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<GenerateTokenContext>()
            .UseSingletonHandler<RememberTokensOfSessionsOnly>()
            .SetOrder(CreateTokenEntry.Descriptor.Order - 500)
            .Build();

    public ValueTask HandleAsync(GenerateTokenContext context)
    {
        var isId = context.TokenType == TokenTypeIdentifiers.IdentityToken;
        var isAccess = context.TokenType == TokenTypeIdentifiers.AccessToken;
        if (isId || (isAccess && !context.Principal.HasClaim(TokenPrincipal.SessionId))) context.CreateTokenEntry = false;
        return ValueTask.CompletedTask;
    }
}
