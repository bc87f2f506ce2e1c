using AuthDemo.StandIn.Realms;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;
using static OpenIddict.Server.OpenIddictServerHandlers.Authentication;

namespace AuthDemo.StandIn.Server.Handlers;

/// <summary>
/// Returns authorization errors to the client if client and redirect URI are valid, compared as strings (RFC 6749, section 4.1.2.1; RFC
/// 9700, section 2.1). By default OpenIddict shows an error page for some of them. Never redirects to an unverified URI. Runs after
/// OpenIddict has chosen the redirect URI.
/// </summary>
internal sealed class ReturnErrorsToTheClient(Realm realm) : IOpenIddictServerHandler<ApplyAuthorizationResponseContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<ApplyAuthorizationResponseContext>()
            .UseScopedHandler<ReturnErrorsToTheClient>()
            .SetOrder(AttachRedirectUri.Descriptor.Order + 500)
            .Build();

    public ValueTask HandleAsync(ApplyAuthorizationResponseContext context)
    {
        if (context is { Error: not null, Request: { ClientId: { } clientId, RedirectUri: { } redirectUri } }
            && realm.FindClient(clientId)?.LoginUris.Contains(redirectUri, StringComparer.Ordinal) is true)
        {
            context.RedirectUri = redirectUri;
            context.Request.ResponseMode = ResponseModes.Query; // the only supported mode
        }

        return default;
    }
}
