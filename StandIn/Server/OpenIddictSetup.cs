using System.Collections.Immutable;
using System.Security.Cryptography;
using AuthDemo.StandIn.Realms;
using AuthDemo.StandIn.Server.Handlers;
using AuthDemo.StandIn.Tokens;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;
using static OpenIddict.Server.OpenIddictServerHandlers;

namespace AuthDemo.StandIn.Server;

/// <summary>OpenIddict with Keycloak's URLs, and what a realm file says.</summary>
internal static class OpenIddictSetup
{
    public static void AddOpenIddictServer(this IServiceCollection services, Realm realm, RsaSecurityKey key)
    {
        var openIddict = services.AddOpenIddict();
        openIddict.AddCore(core => core
            .UseEntityFrameworkCore()
            .UseDbContext<TokenStore>()
            .DisableBulkOperations()); // the in-memory database has none
        openIddict.AddServer(server =>
        {
            server.SetAuthorizationEndpointUris("protocol/openid-connect/auth")
                .SetTokenEndpointUris("protocol/openid-connect/token")
                .SetJsonWebKeySetEndpointUris("protocol/openid-connect/certs")
                .SetUserInfoEndpointUris("protocol/openid-connect/userinfo")
                .SetEndSessionEndpointUris("protocol/openid-connect/logout")
                .SetPushedAuthorizationEndpointUris("protocol/openid-connect/ext/par/request");

            server.AllowAuthorizationCodeFlow().AllowRefreshTokenFlow().AllowClientCredentialsFlow();
            server.RequireProofKeyForCodeExchange(); // RFC 9700, section 2.1.1
            server.RegisterScopes([Scopes.OpenId, .. realm.ClientScopes?.Select(scope => scope.Name) ?? []]);

            // Codes and refresh tokens are encrypted with a key that ends with the process, as do the sessions that they belong to.
            server.AddSigningKey(key).DisableAccessTokenEncryption();
            server.AddEncryptionKey(new SymmetricSecurityKey(RandomNumberGenerator.GetBytes(32)));

            // The audience of a token is what the realm's mappers say, so clients need no permission for it.
            server.IgnoreAudiencePermissions().IgnoreResourcePermissions();

            server.SetAuthorizationCodeLifetime(TimeSpan.FromMinutes(1)); // RFC 6749, section 4.1.2, wants it short
            server.Configure(options =>
            {
                options.CodeChallengeMethods.RemoveWhere(method => method != CodeChallengeMethods.Sha256); // RFC 9700, section 2.1.1
                options.ResponseModes.RemoveWhere(mode => mode != ResponseModes.Query);
                options.PromptValues.RemoveWhere(value => value is not (PromptValues.None or PromptValues.Login));
                options.ClientAuthenticationMethods.Remove(ClientAuthenticationMethods.PrivateKeyJwt); // clients have secrets only
                options.DisableRollingRefreshTokens = !realm.RevokeRefreshToken;
                // A refresh token that comes again was stolen, however soon (RFC 9700, section 4.14.2). The library allows 30 seconds.
                options.RefreshTokenReuseLeeway = TimeSpan.Zero;
                options.RequestTokenLifetime = realm.PushedRequestLifetime;
            });

            server.UseAspNetCore()
                .SetRealm(realm.Name)
                .DisableTransportSecurityRequirement() // loopback only
                .EnableAuthorizationEndpointPassthrough()
                .EnableTokenEndpointPassthrough()
                .EnableUserInfoEndpointPassthrough()
                .EnableEndSessionEndpointPassthrough()
                .EnableErrorPassthrough();

            server.AddEventHandler(WriteKeycloakClaims.Descriptor)
                .AddEventHandler(RequireLiveSession.Descriptor)
                .AddEventHandler(ReturnErrorsToTheClient.Descriptor)
                .AddEventHandler<HandleConfigurationRequestContext>(handler => handler
                    .SetOrder(Discovery.AttachAdditionalMetadata.Descriptor.Order + 500)
                    .UseInlineHandler(context => OfferLevels(context, realm)))
                .AddEventHandler<ApplyTokenResponseContext>(handler => handler
                    .SetOrder(Exchange.NormalizeErrorResponse.Descriptor.Order + 500)
                    .UseInlineHandler(context => WriteGrantedScope(context, realm)));
        });
    }

    /// <summary>
    /// Says in the discovery document which levels of authentication a client can ask for (RFC 9470, section 7), and how: OpenIddict knows
    /// neither. Runs after OpenIddict has denied the <c>claims</c> parameter.
    /// </summary>
    private static ValueTask OfferLevels(HandleConfigurationRequestContext context, Realm realm)
    {
        context.Metadata[Metadata.AcrValuesSupported] = realm.Levels.All.Select(level => level.Acr).ToImmutableArray<string?>();
        context.Metadata[Metadata.ClaimsParameterSupported] = true;
        return default;
    }

    /// <summary>
    /// Says in the token response what was granted (RFC 6749, section 5.1): the realm's scopes that show themselves, without the
    /// <c>offline_access</c> by which OpenIddict is told to issue a refresh token. Runs before the response is written.
    /// </summary>
    private static ValueTask WriteGrantedScope(ApplyTokenResponseContext context, Realm realm)
    {
        if (context.Transaction.GetProperty<IReadOnlyCollection<string>>(WriteKeycloakClaims.GrantedScopes) is { } granted)
            context.Response.Scope = realm.ScopeText(realm.FindClient(context.Request!.ClientId)!, granted);
        return default;
    }
}
