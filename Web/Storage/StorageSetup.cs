using AuthDemo.ServiceDefaults;
using AuthDemo.Web.Http;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.StackExchangeRedis;
using StackExchange.Redis;

namespace AuthDemo.Web.Storage;

/// <summary>
/// Where sessions and notebooks are kept: in this process, so that a sample needs nothing else, or in the Redis of the connection string
/// <c>sessions</c>, so that they outlive the process and several processes share them.
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
            // What one process protects, cookies and forms included, the others can read.
            services.AddDataProtection().SetApplicationName("AuthDemo.Web");
            services.AddOptions<KeyManagementOptions>().Configure<IConnectionMultiplexer>((options, redis) =>
                options.XmlRepository = new RedisXmlRepository(() => redis.GetDatabase(), "authdemo:keys"));
        }

        AddStore(Sessions, capacity: isShared ? 0 : 10_000);
        AddStore(Notebooks, capacity: 500); // anybody may open one

        void AddStore(string name, int capacity) => services.AddKeyedSingleton<IKeyValueStore>(name, (provider, _) => isShared
            ? ActivatorUtilities.CreateInstance<RedisStore>(provider, name, capacity)
            : ActivatorUtilities.CreateInstance<MemoryStore>(provider, capacity));
    }

    /// <summary>
    /// Without Redis there may be no data protection keys to read a cookie with. That is an outage, not a visitor without a session.
    /// </summary>
    public static void UseStorage(this WebApplication app)
    {
        if (app.Services.GetService<IConnectionMultiplexer>() is not { } redis) return;
        app.Use((http, next) => redis.IsConnected || http.Request.Cookies.Count == 0 ? next(http) : throw Unavailable());
    }

    /// <summary>The outage that a failure comes from, if it comes from one.</summary>
    public static ServiceUnavailableException? OutageIn(Exception? failure) =>
        failure as ServiceUnavailableException ?? (Redis.IsOutage(failure) ? Unavailable(failure) : null);

    public static ServiceUnavailableException Unavailable(Exception? cause = null) => new(
        ConnectionString, "The store of the sessions does not answer. No session is lost: try again in a moment.", cause);
}
