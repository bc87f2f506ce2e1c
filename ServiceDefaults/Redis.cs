using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using StackExchange.Redis;

namespace AuthDemo.ServiceDefaults;

/// <summary>The Redis in which several processes of one service keep what they share.</summary>
public static class Redis
{
    // Fail within two seconds.
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(1);

    /// <summary>Registers an <see cref="IConnectionMultiplexer"/> where there is such a connection string.</summary>
    /// <returns>Whether there is one.</returns>
    /// <exception cref="InvalidOperationException">It cannot be read.</exception>
    public static bool AddRedis(this IHostApplicationBuilder builder, string connectionString)
    {
        if (string.IsNullOrEmpty(builder.Configuration.GetConnectionString(connectionString))) return false;
        var options = ReadOptions(builder.Configuration, connectionString);
        builder.Services.TryAddSingleton<IConnectionMultiplexer>(_ => ConnectionMultiplexer.Connect(options));
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
    public static bool IsOutage(Exception failure) =>
        failure is RedisException or RedisTimeoutException || (failure.InnerException is { } inner && IsOutage(inner));

    private static ConfigurationOptions ReadOptions(IConfiguration configuration, string connectionString)
    {
        try
        {
            var text = configuration.GetConnectionString(connectionString)!;
            if (text.Contains("://", StringComparison.Ordinal)) throw new ArgumentException("It is a URL.");
            var options = ConfigurationOptions.Parse(text);
            options.AbortOnConnectFail = false; // the service starts without it, and finds it when it comes
            options.ReconnectRetryPolicy = new LinearRetry((int)Timeout.TotalMilliseconds);
            options.BacklogPolicy = BacklogPolicy.FailFast;
            options.ConnectTimeout = options.SyncTimeout = options.AsyncTimeout = (int)Timeout.TotalMilliseconds;
            options.HeartbeatInterval = Timeout / 4; // it looks for commands that have waited too long at every beat
            options.IncludeDetailInExceptions = false; // they would name the keys of sessions
            return options;
        }
        catch (ArgumentException)
        {
            // Without the reason, which repeats the string and may hold a password.
            throw new InvalidOperationException(
                $"The setting ConnectionStrings:{connectionString} is not usable. Write host:port and options, such as "
                + "redis.example.com:6380,ssl=true,password=...; an address that begins with redis:// is not read.");
        }
    }
}
