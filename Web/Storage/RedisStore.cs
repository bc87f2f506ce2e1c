using System.Security.Cryptography;
using AuthDemo.ServiceDefaults;
using Medallion.Threading.Redis;
using Microsoft.AspNetCore.DataProtection;
using StackExchange.Redis;

namespace AuthDemo.Web.Storage;

/// <summary>
/// Stores values in Redis, shared by all processes of Web. Values are encrypted, each for its own key: read access to Redis reveals no
/// token without the data protection keys, and write access cannot swap two sessions.
/// </summary>
/// <param name="name">The prefix of the keys in Redis.</param>
/// <param name="capacity">The maximum number of values, 0 for no limit. When full, the oldest are removed.</param>
internal sealed partial class RedisStore(
    string name, int capacity, TimeProvider time, IConnectionMultiplexer redis, IDataProtectionProvider protection,
    ILogger<RedisStore> log) : IKeyValueStore
{
    // How long the lock of a crashed process is held; otherwise the lock is extended.
    private static readonly TimeSpan LockExpiry = TimeSpan.FromSeconds(10);

    private RedisKey ByAge => $"authdemo:{name}";

    public async Task<byte[]?> FindAsync(string key)
    {
        byte[]? value = await AskAsync(database => database.StringGetAsync(KeyFor(key)));
        return value is null ? null : Unprotect(key, value);
    }

    public Task SetAsync(string key, byte[] value, TimeSpan lifetime) => AskAsync(async database =>
    {
        await database.StringSetAsync(KeyFor(key), Protector(key).Protect(value), new Expiration(lifetime));
        if (capacity == 0) return 0;
        await database.SortedSetAddAsync(ByAge, key, time.GetUtcNow().ToUnixTimeMilliseconds());
        var tooMany = await database.SortedSetLengthAsync(ByAge) - capacity;
        if (tooMany <= 0) return 0;
        var oldest = await database.SortedSetPopAsync(ByAge, tooMany);
        return await database.KeyDeleteAsync([.. oldest.Select(entry => (RedisKey)KeyFor(entry.Element!))]);
    });

    public Task<bool> AddAsync(string key, byte[] value, TimeSpan lifetime) => AskAsync(database =>
        database.StringSetAsync(KeyFor(key), Protector(key).Protect(value), new Expiration(lifetime), ValueCondition.NotExists));

    // A single command, so that a value removed concurrently does not come back.
    public Task ReplaceAsync(string key, byte[] value) => AskAsync(database =>
        database.StringSetAsync(KeyFor(key), Protector(key).Protect(value), Expiration.KeepTtl, ValueCondition.Exists));

    public Task RemoveAsync(string key) => AskAsync(database => database.KeyDeleteAsync(KeyFor(key)));

    public async Task<IAsyncDisposable?> LockAsync(string key, CancellationToken cancellation)
    {
        var held = await AskAsync(database =>
            new RedisDistributedLock(KeyFor(key) + ":lock", database, options => options.Expiry(LockExpiry))
                .AcquireAsync(cancellationToken: cancellation).AsTask());
        if (await AskAsync(database => database.KeyExistsAsync(KeyFor(key)))) return held;
        await held.DisposeAsync();
        return null;
    }

    private async Task<T> AskAsync<T>(Func<IDatabase, Task<T>> ask)
    {
        try
        {
            return await redis.AskAsync(ask);
        }
        catch (Exception failure) when (Redis.IsOutage(failure))
        {
            throw StorageSetup.Unavailable(failure);
        }
    }

    private string KeyFor(string key) => $"authdemo:{name}:{key}";

    private IDataProtector Protector(string key) => protection.CreateProtector("AuthDemo.Web.Storage", name, key);

    private byte[]? Unprotect(string key, byte[] value)
    {
        try
        {
            return Protector(key).Unprotect(value);
        }
        catch (CryptographicException failure) when (!Redis.IsOutage(failure)) // the keys are in Redis, too
        {
            LogUnreadable(log, name, failure.Message);
            return null;
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "A value in the store {Store} cannot be read, and counts as none: {Cause}")]
    private static partial void LogUnreadable(ILogger log, string store, string cause);
}
