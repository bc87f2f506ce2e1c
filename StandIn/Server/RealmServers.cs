using AuthDemo.StandIn.Realms;
using AuthDemo.StandIn.Tokens;

namespace AuthDemo.StandIn.Server;

/// <summary>Starts a server for each realm, and removes from time to time what has expired in it.</summary>
internal sealed partial class RealmServers(IReadOnlyList<Realm> realms, SigningKeys keys, TimeProvider clock, ILoggerFactory loggers)
    : BackgroundService
{
    private static readonly TimeSpan CleaningInterval = TimeSpan.FromSeconds(10);

    private readonly Dictionary<string, RealmServer> servers = [];
    private readonly ILogger log = loggers.CreateLogger<RealmServers>();

    public RealmServer? Find(string realm) => servers.GetValueOrDefault(realm);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var realm in realms)
            servers.Add(realm.Name, await RealmServer.StartAsync(realm, keys.For(realm.Name), clock, loggers));
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(CleaningInterval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                foreach (var server in servers.Values) await server.RemoveExpiredAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException) // the next one may succeed
            {
                LogCleaningFailed(e);
            }
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        foreach (var server in servers.Values) await server.DisposeAsync();
    }

    [LoggerMessage(LogLevel.Warning, "What has expired could not be removed.")]
    private partial void LogCleaningFailed(Exception cause);
}

internal static class RealmServerExtensions
{
    public static void AddRealmServers(this WebApplicationBuilder builder, IReadOnlyList<Realm> realms)
    {
        var keys = SigningKeys.FromConfiguration(builder.Configuration);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(provider => new RealmServers(
            realms, keys, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILoggerFactory>()));
        builder.Services.AddHostedService(provider => provider.GetRequiredService<RealmServers>());
    }

    /// <summary>Lets every endpoint below <c>/realms/{realm}</c> run with the services of its realm, behind OpenIddict.</summary>
    public static void UseRealmServers(this WebApplication app) => app.Use((context, next) =>
    {
        if (context.GetRouteValue("realm") is not string realm) return next(context);
        if (app.Services.GetRequiredService<RealmServers>().Find(realm) is { } server) return server.InvokeAsync(context, next);
        return Results.NotFound(new { error = "Realm does not exist" }).ExecuteAsync(context);
    });
}
