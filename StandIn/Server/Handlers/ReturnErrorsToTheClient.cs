using AuthDemo.StandIn.Realms;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;
using static OpenIddict.Server.OpenIddictServerHandlers.Authentication;

namespace AuthDemo.StandIn.Server.Handlers;

/// <summary>
/// Tells the client why its authorization request is refused, where it is certain who the client is and that the address is its own,
/// compared as a string (RFC 6749, section 4.1.2.1; RFC 9700, section 2.1). OpenIddict by itself shows a page, so this overrules it on
/// purpose. Everything else stays a page: an address that was not checked must never be redirected to. Runs after OpenIddict has decided
/// where the answer goes.
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
            context.Request.ResponseMode = ResponseModes.Query; // the only one, whatever was asked for
        }

        return default;
    }
}
