using System.Security.Cryptography;
using AuthDemo.StandIn.Realms;
using AuthDemo.StandIn.Server.Handlers;
using AuthDemo.StandIn.Tokens;
using Microsoft.IdentityModel.Tokens;
using static OpenIddict.Abstractions.OpenIddictConstants;

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
            server.RegisterScopes([Scopes.OpenId, .. realm.Scopes.Keys]);

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
                options.DisableRollingRefreshTokens = !realm.RotateRefreshTokens;
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

            server.AddEventHandler(OfferLevels.Descriptor)
                .AddEventHandler(WriteKeycloakClaims.Descriptor)
                .AddEventHandler(RememberTokensOfSessionsOnly.Descriptor)
                .AddEventHandler(FindTokenEntryByJwtId.Descriptor)
                .AddEventHandler(RequireLiveSession.Descriptor)
                .AddEventHandler(ReturnErrorsToTheClient.Descriptor)
                .AddEventHandler(WriteGrantedScope.Descriptor);
        });
    }
}
