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

/// <summary>Configures OpenIddict with Keycloak's URLs and the settings of a realm.</summary>
internal static class OpenIddictSetup
{
    public static void AddOpenIddictServer(this IServiceCollection services, Realm realm, RsaSecurityKey key)
    {
        var openIddict = services.AddOpenIddict();
        openIddict.AddCore(core => core
            .UseEntityFrameworkCore()
            .UseDbContext<TokenStore>()
            .DisableBulkOperations()); // not supported by the in-memory database
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

            // The key for codes and refresh tokens is ephemeral, like the sessions.
            server.AddSigningKey(key).DisableAccessTokenEncryption();
            server.AddEncryptionKey(new SymmetricSecurityKey(RandomNumberGenerator.GetBytes(32)));

            // Audiences come from the realm's mappers, not from permissions.
            server.IgnoreAudiencePermissions().IgnoreResourcePermissions();

            server.SetAuthorizationCodeLifetime(TimeSpan.FromMinutes(1)); // RFC 6749, section 4.1.2
            server.Configure(options =>
            {
                options.CodeChallengeMethods.RemoveWhere(method => method != CodeChallengeMethods.Sha256); // RFC 9700, section 2.1.1
                options.ResponseModes.RemoveWhere(mode => mode != ResponseModes.Query);
                options.PromptValues.RemoveWhere(value => value is not (PromptValues.None or PromptValues.Login));
                options.ClientAuthenticationMethods.Remove(ClientAuthenticationMethods.PrivateKeyJwt); // clients have only secrets
                options.DisableRollingRefreshTokens = !realm.RevokeRefreshToken;
                // A reused refresh token is treated as stolen (RFC 9700, section 4.14.2). OpenIddict's default allows reuse for 30 seconds.
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
    /// Adds the authentication levels to the discovery document (RFC 9470, section 7). Runs after OpenIddict has set
    /// <c>claims_parameter_supported</c> to false.
    /// </summary>
    private static ValueTask OfferLevels(HandleConfigurationRequestContext context, Realm realm)
    {
        context.Metadata[Metadata.AcrValuesSupported] = realm.Levels.All.Select(level => level.Acr).ToImmutableArray<string?>();
        context.Metadata[Metadata.ClaimsParameterSupported] = true;
        return default;
    }

    /// <summary>
    /// Sets the granted scope of the token response (RFC 6749, section 5.1), without the <c>offline_access</c> that makes OpenIddict issue
    /// a refresh token. Runs before the response is written.
    /// </summary>
    private static ValueTask WriteGrantedScope(ApplyTokenResponseContext context, Realm realm)
    {
        if (context.Transaction.GetProperty<IReadOnlyCollection<string>>(WriteKeycloakClaims.GrantedScopes) is { } granted)
            context.Response.Scope = realm.ScopeText(realm.FindClient(context.Request!.ClientId)!, granted);
        return default;
    }
}
