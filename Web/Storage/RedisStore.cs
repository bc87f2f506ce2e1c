using System.Security.Cryptography;
using AuthDemo.ServiceDefaults;
using Medallion.Threading.Redis;
using Microsoft.AspNetCore.DataProtection;
using StackExchange.Redis;

namespace AuthDemo.Web.Storage;

/// <summary>
/// Keeps everything in Redis, for all processes of Web. Values are protected, each for its own key: whoever reads Redis without the data
/// protection keys learns no token, and whoever writes there cannot put one session's value in another's place.
/// </summary>
/// <param name="name">What its keys in Redis begin with.</param>
/// <param name="capacity">How many values it holds, 0 for any number. Full, it drops those that were set least recently.</param>
internal sealed partial class RedisStore(
    string name, int capacity, TimeProvider time, IConnectionMultiplexer redis, IDataProtectionProvider protection,
    ILogger<RedisStore> log) : IKeyValueStore
{
    // How long the lock of a process that died is held; a living one extends it.
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

    // One command: a value that another process removes at the same time does not come back.
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
        catch (CryptographicException failure) when (!Redis.IsOutage(failure)) // the keys come from Redis too
        {
            LogUnreadable(log, name, failure.Message);
            return null;
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "A value in the store {Store} cannot be read, and counts as none: {Cause}")]
    private static partial void LogUnreadable(ILogger log, string store, string cause);
}
