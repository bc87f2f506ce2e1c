using System.Collections.Immutable;
using AuthDemo.StandIn.Realms;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;
using static OpenIddict.Server.OpenIddictServerHandlers.Discovery;

namespace AuthDemo.StandIn.Server.Handlers;

/// <summary>
/// Says in the discovery document which levels of authentication a client can ask for (RFC 9470, section 7), and how: OpenIddict knows
/// neither. Runs after OpenIddict has denied the <c>claims</c> parameter.
/// </summary>
internal sealed class OfferLevels(Realm realm) : IOpenIddictServerHandler<HandleConfigurationRequestContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<HandleConfigurationRequestContext>()
            .UseScopedHandler<OfferLevels>()
            .SetOrder(AttachAdditionalMetadata.Descriptor.Order + 500)
            .Build();

    public ValueTask HandleAsync(HandleConfigurationRequestContext context)
    {
        context.Metadata[Metadata.AcrValuesSupported] = realm.Levels.All.Select(level => level.Acr).ToImmutableArray<string?>();
        context.Metadata[Metadata.ClaimsParameterSupported] = true;
        return ValueTask.CompletedTask;
    }
}
