using AuthDemo.StandIn.Realms;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;
using static OpenIddict.Server.OpenIddictServerHandlers.Exchange;

namespace AuthDemo.StandIn.Server.Handlers;

/// <summary>
/// Says in the token response what was granted (RFC 6749, section 5.1): the realm's scopes that show themselves, without the
/// <c>offline_access</c> by which OpenIddict is told to issue a refresh token. Runs before the response is written.
/// </summary>
internal sealed class WriteGrantedScope(Realm realm) : IOpenIddictServerHandler<ApplyTokenResponseContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<ApplyTokenResponseContext>()
            .UseScopedHandler<WriteGrantedScope>()
            .SetOrder(NormalizeErrorResponse.Descriptor.Order + 500)
            .Build();

    public ValueTask HandleAsync(ApplyTokenResponseContext context)
    {
        if (context.Response.AccessToken is not null)
        {
            var client = realm.Clients[context.Request!.ClientId!];
            context.Response.Scope = client.ScopeText(WriteKeycloakClaims.ScopesOf(context.Transaction));
        }

        return ValueTask.CompletedTask;
    }
}
