using AuthDemo.ServiceDefaults;
using AuthDemo.Web.Http;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.StackExchangeRedis;
using StackExchange.Redis;

namespace AuthDemo.Web.Storage;

/// <summary>
/// Configures the storage of sessions and notebooks: in memory, or in Redis if the connection string <c>sessions</c> is set, so that they
/// survive restarts and are shared by several processes.
/// </summary>
internal static class StorageSetup
{
    public const string Sessions = "sessions";
    public const string Notebooks = "notebooks";

    private const string ConnectionString = "sessions";

    public static void AddStorage(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton(TimeProvider.System);
        var isShared = builder.AddRedis(ConnectionString);
        if (isShared)
        {
            // Cookies and anti-forgery tokens have to be readable by every process.
            services.AddDataProtection().SetApplicationName("AuthDemo.Web");
            services.AddOptions<KeyManagementOptions>().Configure<IConnectionMultiplexer>((options, redis) =>
                options.XmlRepository = new RedisXmlRepository(() => redis.GetDatabase(), "authdemo:keys"));
        }

        AddStore(Sessions, capacity: isShared ? 0 : 10_000);
        AddStore(Notebooks, capacity: 500); // anonymous visitors have notebooks, too

        void AddStore(string name, int capacity) => services.AddKeyedSingleton<IKeyValueStore>(name, (provider, _) => isShared
            ? ActivatorUtilities.CreateInstance<RedisStore>(provider, name, capacity)
            : ActivatorUtilities.CreateInstance<MemoryStore>(provider, capacity));
    }

    /// <summary>
    /// Returns 503 if Redis is unavailable: without its data protection keys a cookie cannot be read, and the visitor would seem logged
    /// out.
    /// </summary>
    public static void UseStorage(this WebApplication app)
    {
        if (app.Services.GetService<IConnectionMultiplexer>() is not { } redis) return;
        app.Use((http, next) => redis.IsConnected || http.Request.Cookies.Count == 0 ? next(http) : throw Unavailable());
    }

    /// <summary>The outage that caused an exception; null if it was not an outage.</summary>
    public static ServiceUnavailableException? OutageIn(Exception? failure) =>
        failure as ServiceUnavailableException ?? (Redis.IsOutage(failure) ? Unavailable(failure) : null);

    public static ServiceUnavailableException Unavailable(Exception? cause = null) => new(
        ConnectionString, "The store of the sessions does not answer. No session is lost: try again in a moment.", cause);
}
