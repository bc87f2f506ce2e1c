using AuthDemo.StandIn.Realms;
using AuthDemo.StandIn.Sessions;
using AuthDemo.StandIn.Tokens;
using Microsoft.AspNetCore.Authentication;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Server.AspNetCore;

namespace AuthDemo.StandIn.Server;

/// <summary>
/// The OpenID provider of one realm: OpenIddict in a service container of the realm's own. OpenIddict has one set of options, clients and
/// tokens a container, so realms with keys, clients and tokens of their own need containers of their own.
/// It serves one request at a time: the in-memory database does not check its concurrency tokens atomically, so a refresh token that is
/// sent twice in parallel would be worth two successors. Requests are read before their turn and answers sent after it, so that a slow
/// client delays only itself.
/// </summary>
internal sealed class RealmServer : IAsyncDisposable
{
    private readonly Realm realm;
    private readonly ServiceProvider services;
    private readonly SemaphoreSlim turn = new(1);

    private RealmServer(Realm realm, ServiceProvider services)
    {
        this.realm = realm;
        this.services = services;
    }

    public static async Task<RealmServer> StartAsync(Realm realm, RsaSecurityKey key, TimeProvider clock, ILoggerFactory loggers)
    {
        var services = new ServiceCollection();
        services.AddSingleton(loggers);
        services.AddSingleton(typeof(ILogger<>), typeof(Logger<>));
        services.AddSingleton(clock);
        services.AddSingleton(realm);
        services.AddSingleton<RealmSessions>();
        services.AddSingleton<PendingLogins>();
        services.AddSingleton<OneTimeCodes>();
        services.AddAuthentication();
        var memory = new InMemoryDatabaseRoot();
        services.AddDbContext<TokenStore>(options => options.UseInMemoryDatabase(realm.Name, memory).UseOpenIddict());
        services.AddOpenIddictServer(realm, key);

        var server = new RealmServer(realm, services.BuildServiceProvider());
        await using var scope = server.services.CreateAsyncScope();
        await ClientRegistration.RegisterAsync(realm, scope.ServiceProvider);
        return server;
    }

    /// <summary>
    /// Gives a request to OpenIddict, and to the endpoint where OpenIddict leaves it something to do: as the authentication middleware
    /// does, but with the services of the realm.
    /// </summary>
    public async Task InvokeAsync(HttpContext context, RequestDelegate endpoint)
    {
        using var answer = new MemoryStream();
        var (connection, outerServices) = (context.Response.Body, context.RequestServices);
        var (pathBase, path) = (context.Request.PathBase, context.Request.Path);
        await turn.WaitAsync(context.RequestAborted);
        try
        {
            context.Response.Body = answer;
            await using var scope = services.CreateAsyncScope();
            context.RequestServices = scope.ServiceProvider;
            // OpenIddict's endpoints and the issuer are relative to the base path (OpenID Connect Discovery, section 4.1).
            context.Request.PathBase = $"/realms/{realm.Name}";
            context.Request.Path = path.Value![context.Request.PathBase.Value!.Length..];

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

    /// <summary>Removes what nobody can use any more.</summary>
    public async Task RemoveExpiredAsync(CancellationToken cancellationToken)
    {
        await turn.WaitAsync(cancellationToken);
        try
        {
            services.GetRequiredService<RealmSessions>().RemoveExpired();
            services.GetRequiredService<PendingLogins>().RemoveExpired();
            await using var scope = services.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<TokenStore>().RemoveExpiredAsync(cancellationToken);
        }
        finally
        {
            turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        turn.Dispose();
    }
}
