using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using StackExchange.Redis;

namespace AuthDemo.ServiceDefaults;

/// <summary>The Redis in which several processes of one service keep what they share.</summary>
public static class Redis
{
    /// <summary>
    /// Registers Aspire's Redis client where there is such a connection string. Its timeouts are in <c>Aspire:StackExchange:Redis</c>.
    /// </summary>
    /// <returns>Whether there is one.</returns>
    /// <exception cref="InvalidOperationException">It cannot be read.</exception>
    public static bool AddRedis(this IHostApplicationBuilder builder, string connectionName)
    {
        if (builder.Configuration.GetConnectionString(connectionName) is not { Length: > 0 } text) return false;
        if (!IsReadable(text))
        {
            // The string itself may hold a password.
            throw new InvalidOperationException(
                $"The setting ConnectionStrings:{connectionName} is not usable. Write host:port and options, such as "
                + "redis.example.com:6380,ssl=true,password=...; an address that begins with redis:// is not read.");
        }

        // Neither the start nor /health waits for Redis: a restart of this service would not cure its outage.
        builder.AddRedisClient(
            connectionName, settings => settings.DisableHealthChecks = true, options => options.AbortOnConnectFail = false);
        return true;
    }

    /// <summary>Asks Redis, and nothing else. Whatever means that it does not answer is an outage.</summary>
    public static async Task<T> AskAsync<T>(this IConnectionMultiplexer redis, Func<IDatabase, Task<T>> ask)
    {
        try
        {
            return await ask(redis.GetDatabase());
        }
        // Nobody can cancel these: where a connection ends under a command, the library cancels it, or lets its pipe's failure through.
        catch (Exception failure) when (failure is OperationCanceledException or InvalidOperationException)
        {
            throw new RedisConnectionException(ConnectionFailureType.SocketClosed, "The connection to Redis ended.", failure);
        }
    }

    /// <summary>Whether a failure means that Redis does not answer, or not now.</summary>
    public static bool IsOutage(Exception? failure) =>
        failure is RedisException or RedisTimeoutException || (failure is not null && IsOutage(failure.InnerException));

    private static bool IsReadable(string text)
    {
        try
        {
            return !text.Contains("://", StringComparison.Ordinal) && ConfigurationOptions.Parse(text) is not null;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
