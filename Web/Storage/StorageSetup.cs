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
    /// Makes of every failure that comes from Redis the one that has a page. What a cookie says cannot be read before the keys of data
    /// protection have been read once: until then that is an outage, and not a visitor without a session.
    /// </summary>
    public static void UseStorage(this WebApplication app)
    {
        var keys = app.Services.GetRequiredService<IDataProtectionProvider>().CreateProtector("AuthDemo.Web.Storage", "keys");
        var hasKeys = app.Services.GetService<IConnectionMultiplexer>() is null;
        app.Use(async (context, next) =>
        {
            try
            {
                var isErrorPage = context.Features.Get<StorageOutage>() is not null;
                if (!hasKeys && !isErrorPage && context.Request.Cookies.Count > 0)
                {
                    keys.Protect([]);
                    hasKeys = true;
                }

                await next(context);
            }
            catch (Exception failure) when (Redis.IsOutage(failure))
            {
                context.Features.Set(new StorageOutage());
                if (failure is ServiceUnavailableException) throw;
                throw Unavailable(failure);
            }
        });
    }

    public static ServiceUnavailableException Unavailable(Exception cause) => new(
        ConnectionString, "The store of the sessions does not answer. No session is lost: try again in a moment.", cause);
}

/// <summary>While this request was answered, the store did not answer: its session, if it has one, is not known.</summary>
internal sealed class StorageOutage;
