using AuthDemo.StandIn.Realms;
using AuthDemo.StandIn.Sessions;
using AuthDemo.StandIn.Tokens;
using Microsoft.AspNetCore.Authentication;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AuthDemo.StandIn.Server;

/// <summary>
/// The OpenID provider of one realm. OpenIddict has one set of options, clients and tokens per service container, so each realm has its own
/// container. Requests of a realm are serialized, because the in-memory database does not check concurrency tokens atomically: a refresh
/// token sent twice in parallel would be redeemed twice. Reading the request and sending the response are not part of that, so that a slow
/// client does not block others.
/// </summary>
internal sealed class RealmServer(Realm realm, RsaSecurityKey key, IServiceProvider application)
{
    private static readonly TimeSpan CleaningInterval = TimeSpan.FromSeconds(10);

    private static readonly string[] LoginPermissions =
    [
        Permissions.Endpoints.Authorization,
        Permissions.Endpoints.PushedAuthorization,
        Permissions.Endpoints.EndSession,
        Permissions.GrantTypes.AuthorizationCode,
        Permissions.GrantTypes.RefreshToken,
        Permissions.ResponseTypes.Code,
    ];

    private readonly ServiceProvider services = ConfigureServices(realm, key, application).BuildServiceProvider();
    private readonly TimeProvider clock = application.GetRequiredService<TimeProvider>();
    private DateTimeOffset nextCleaning;

    /// <summary>Registers the realm's clients. A client without a secret (bearer-only) cannot request tokens.</summary>
    public async Task RegisterClientsAsync()
    {
        await using var scope = services.CreateAsyncScope();
        var applications = scope.ServiceProvider.GetRequiredService<IOpenIddictApplicationManager>();
        foreach (var client in realm.Clients.Where(client => client.Secret is not null))
            await applications.CreateAsync(Describe(client));
    }

    /// <summary>
    /// Handles a request with OpenIddict, then with the endpoint if OpenIddict passes it through. Like the authentication middleware, but
    /// with the services of the realm.
    /// </summary>
    public async Task InvokeAsync(HttpContext context, RequestDelegate endpoint)
    {
        using var answer = new MemoryStream();
        var (connection, outerServices) = (context.Response.Body, context.RequestServices);
        var (pathBase, path) = (context.Request.PathBase, context.Request.Path);
        var turn = services.GetRequiredService<SemaphoreSlim>();
        await turn.WaitAsync(context.RequestAborted);
        try
        {
            context.Response.Body = answer;
            await using var scope = services.CreateAsyncScope();
            context.RequestServices = scope.ServiceProvider;
            // Endpoints and issuer are relative to the path base (OpenID Connect Discovery, section 4.1).
            context.Request.PathBase = $"/realms/{realm.Name}";
            context.Request.Path = path.Value![context.Request.PathBase.Value!.Length..];

            await RemoveExpiredAsync(scope.ServiceProvider.GetRequiredService<TokenStore>());
            var handlers = scope.ServiceProvider.GetRequiredService<IAuthenticationHandlerProvider>();
            var openIddict = await handlers.GetHandlerAsync(context, OpenIddictServerAspNetCoreDefaults.AuthenticationScheme);
            if (!await ((IAuthenticationRequestHandler)openIddict!).HandleRequestAsync()) await endpoint(context);
        }
        finally
        {
            (context.RequestServices, context.Response.Body) = (outerServices, connection);
            (context.Request.PathBase, context.Request.Path) = (pathBase, path);
            turn.Release();
        }

        answer.Position = 0;
        await answer.CopyToAsync(connection, context.RequestAborted);
    }

    private async Task RemoveExpiredAsync(TokenStore tokens)
    {
        if (clock.GetUtcNow() < nextCleaning) return;
        nextCleaning = clock.GetUtcNow() + CleaningInterval;
        await tokens.RemoveExpiredAsync();
    }

    private static ServiceCollection ConfigureServices(Realm realm, RsaSecurityKey key, IServiceProvider application)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        foreach (var type in (Type[])[typeof(ILoggerFactory), typeof(TimeProvider), typeof(IConfiguration), typeof(IWebHostEnvironment)])
            services.AddSingleton(type, application.GetRequiredService(type));
        services.AddSingleton(realm).AddSingleton<RealmSessions>().AddSingleton<PendingLogins>().AddSingleton<OneTimeCodes>();
        services.AddSingleton(_ => new SemaphoreSlim(1));
        services.AddAuthentication();
        services.AddRazorComponents();
        var memory = new InMemoryDatabaseRoot();
        services.AddDbContext<TokenStore>(options => options.UseInMemoryDatabase(realm.Name, memory).UseOpenIddict());
        services.AddOpenIddictServer(realm, key);
        return services;
    }

    private OpenIddictApplicationDescriptor Describe(Client client)
    {
        var application = new OpenIddictApplicationDescriptor
        {
            ClientId = client.Id,
            ClientSecret = client.Secret,
            ClientType = ClientTypes.Confidential,
            ConsentType = ConsentTypes.Implicit,
            Permissions = { Permissions.Endpoints.Token },
        };
        application.Permissions.UnionWith(
        [
            .. from scope in realm.DefaultScopesOf(client).Concat(realm.OptionalScopesOf(client))
               select Permissions.Prefixes.Scope + scope.Name,
            .. client.HasServiceAccount ? [Permissions.GrantTypes.ClientCredentials] : Array.Empty<string>(),
            .. client.CanLogIn ? LoginPermissions : [],
        ]);
        application.RedirectUris.UnionWith(client.LoginUris.Select(uri => new Uri(uri)));
        application.PostLogoutRedirectUris.UnionWith(client.PostLogoutRedirectUris.Select(uri => new Uri(uri)));
        return application;
    }
}

internal static class RealmServerExtensions
{
    /// <summary>Runs endpoints under <c>/realms/{realm}</c> with the services of the realm, behind OpenIddict.</summary>
    public static async Task UseRealmServersAsync(this WebApplication app, IReadOnlyList<Realm> realms)
    {
        var keys = app.Configuration.GetValue<bool>("NEW_KEYS") ? null
            : app.Configuration["KEYS"] ?? Path.Combine(AppContext.BaseDirectory, "keys");
        var servers = realms.ToDictionary(
            realm => realm.Name, realm => new RealmServer(realm, SigningKeys.Load(realm.Name, keys), app.Services));
        foreach (var server in servers.Values) await server.RegisterClientsAsync();

        app.Use((context, next) =>
        {
            if (context.GetRouteValue("realm") is not string realm) return next(context);
            return servers.TryGetValue(realm, out var server) ? server.InvokeAsync(context, next)
                : Results.NotFound(new { error = "Realm does not exist" }).ExecuteAsync(context);
        });
    }
}
