using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using StackExchange.Redis;

namespace AuthDemo.ServiceDefaults;

/// <summary>The Redis that the processes of a service share.</summary>
public static class Redis
{
    /// <summary>
    /// Registers Aspire's Redis client if the connection string is set. Its options are in section <c>Aspire:StackExchange:Redis</c>.
    /// </summary>
    /// <returns>Whether the connection string is set.</returns>
    /// <exception cref="InvalidOperationException">The connection string is invalid.</exception>
    public static bool AddRedis(this IHostApplicationBuilder builder, string connectionName)
    {
        if (builder.Configuration.GetConnectionString(connectionName) is not { Length: > 0 } text) return false;
        if (!IsReadable(text))
        {
            // The message leaves the connection string out, since it may contain a password.
            throw new InvalidOperationException(
                $"The setting ConnectionStrings:{connectionName} is not usable. Write host:port and options, such as "
                + "redis.example.com:6380,ssl=true,password=...; an address that begins with redis:// is not read.");
        }

        builder.AddRedisClient(connectionName);
        return true;
    }

    /// <summary>Calls Redis. A lost connection always surfaces as a <see cref="RedisException"/>.</summary>
    public static async Task<T> AskAsync<T>(this IConnectionMultiplexer redis, Func<IDatabase, Task<T>> ask)
    {
        try
        {
            return await ask(redis.GetDatabase());
        }
        // No call here can be canceled by us: these are how the library reports a connection that was closed during a command.
        catch (Exception failure) when (failure is OperationCanceledException or InvalidOperationException)
        {
            throw new RedisConnectionException(ConnectionFailureType.SocketClosed, "The connection to Redis ended.", failure);
        }
    }

    /// <summary>Whether an exception was caused by Redis being unavailable.</summary>
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
