using Microsoft.AspNetCore;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AuthDemo.StandIn;

/// <summary>
/// One OpenID Provider a realm: OpenIddict in a service container of the realm's own, behind <c>/realms/{name}</c>. OpenIddict has one set of options a container,
/// so realms with keys, clients and tokens of their own need containers of their own.
/// </summary>
internal static class RealmServer
{
    public const string Base = "/protocol/openid-connect/", Login = "/login-actions/authenticate";

    public static async Task<RequestDelegate> CreateAsync(Realm realm, Keys keys, IServiceProvider outer)
    {
        var services = new ServiceCollection();
        services.AddSingleton(outer.GetRequiredService<ILoggerFactory>()).AddSingleton(typeof(ILogger<>), typeof(Logger<>));
        services.AddSingleton(realm).AddSingleton(keys).AddSingleton<Sessions>().AddScoped<Endpoints>().AddAuthentication();
        services.AddDbContext<DbContext>(options => options.UseInMemoryDatabase(realm.Name).UseOpenIddict());
        services.AddOpenIddict()
            .AddCore(core => core.UseEntityFrameworkCore().UseDbContext<DbContext>().DisableBulkOperations()) // the in-memory database knows none
            .AddServer(server =>
            {
                server.SetAuthorizationEndpointUris(Relative("auth")).SetTokenEndpointUris(Relative("token")).SetJsonWebKeySetEndpointUris(Relative("certs"))
                    .SetUserInfoEndpointUris(Relative("userinfo")).SetEndSessionEndpointUris(Relative("logout")).SetPushedAuthorizationEndpointUris(Relative("ext/par/request"));
                server.AllowAuthorizationCodeFlow().AllowRefreshTokenFlow().AllowClientCredentialsFlow().RequireProofKeyForCodeExchange();
                server.AddSigningKey(keys.Signing).AddEncryptionKey(keys.Encryption).DisableAccessTokenEncryption();
                server.RegisterScopes([Scopes.OpenId, .. realm.Scopes.Keys]).IgnoreScopePermissions().IgnoreAudiencePermissions().IgnoreResourcePermissions();
                server.SetAuthorizationCodeLifetime(TimeSpan.FromMinutes(1)).SetRefreshTokenLifetime(realm.SessionIdle);
                server.Configure(options =>
                {
                    options.CodeChallengeMethods.Clear();
                    options.CodeChallengeMethods.Add(CodeChallengeMethods.Sha256);
                    options.DisableRollingRefreshTokens = !realm.RotateRefreshTokens;
                    options.RefreshTokenReuseLeeway = null;
                    options.RequestTokenLifetime = TimeSpan.FromMinutes(30);
                });
                server.UseAspNetCore().SetRealm(realm.Name).DisableTransportSecurityRequirement().EnableErrorPassthrough()
                    .EnableAuthorizationEndpointPassthrough().EnableTokenEndpointPassthrough().EnableUserInfoEndpointPassthrough().EnableEndSessionEndpointPassthrough();
                Answers.Register(server);
            });

        var provider = services.BuildServiceProvider();
        await RegisterClientsAsync(realm, provider);

        var app = new ApplicationBuilder(provider);
        app.UseAuthentication();
        app.Run(context =>
        {
            var endpoints = context.RequestServices.GetRequiredService<Endpoints>();
            if (context.GetOpenIddictServerResponse() is { Error: not null } refused) return Pages.ErrorAsync(context, realm, refused.ErrorDescription ?? refused.Error);
            return context.Request.Path.Value switch
            {
                Base + "auth" => endpoints.AuthorizeAsync(context),
                Base + "token" => endpoints.ExchangeAsync(context),
                Base + "userinfo" => endpoints.UserInfoAsync(context),
                Base + "logout" => endpoints.LogOutAsync(context),
                Login => endpoints.LogInAsync(context),
                _ => Results.NotFound(new { error = "Unable to find matching target resource method" }).ExecuteAsync(context),
            };
        });
        var pipeline = app.Build();
        var oneAtATime = new SemaphoreSlim(1); // the in-memory database does not check concurrency tokens atomically: a refresh token brought twice at once would be worth two

        return async context =>
        {
            var redeems = context.Request.Path == Base + "token";
            if (redeems) await oneAtATime.WaitAsync(context.RequestAborted);
            await using var scope = provider.CreateAsyncScope();
            var services = context.RequestServices;
            context.RequestServices = scope.ServiceProvider;
            try
            {
                await pipeline(context);
            }
            finally
            {
                context.RequestServices = services;
                if (redeems) oneAtATime.Release();
            }
        };

        static string Relative(string endpoint) => (Base + endpoint)[1..];
    }

    private static async Task RegisterClientsAsync(Realm realm, IServiceProvider provider)
    {
        await using var scope = provider.CreateAsyncScope();
        var applications = scope.ServiceProvider.GetRequiredService<IOpenIddictApplicationManager>();
        foreach (var client in realm.Clients.Values.Where(c => c.Secret is not null))
        {
            var application = new OpenIddictApplicationDescriptor { ClientId = client.Id, ClientSecret = client.Secret, ClientType = ClientTypes.Confidential, ConsentType = ConsentTypes.Implicit };
            application.Permissions.UnionWith([Permissions.Endpoints.Token]);
            if (client.ServiceAccount) application.Permissions.Add(Permissions.GrantTypes.ClientCredentials);
            if (client.Login)
            {
                application.Permissions.UnionWith([
                    Permissions.Endpoints.Authorization, Permissions.Endpoints.PushedAuthorization, Permissions.Endpoints.EndSession,
                    Permissions.GrantTypes.AuthorizationCode, Permissions.GrantTypes.RefreshToken, Permissions.ResponseTypes.Code]);
                application.RedirectUris.UnionWith(client.RedirectUris.Select(u => new Uri(u)));
                application.PostLogoutRedirectUris.UnionWith(client.PostLogoutRedirectUris.Select(u => new Uri(u)));
            }

            await applications.CreateAsync(application);
        }
    }
}
