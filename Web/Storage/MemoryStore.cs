using Microsoft.Extensions.Caching.Memory;

namespace AuthDemo.Web.Storage;

/// <summary>Stores values in memory.</summary>
/// <param name="capacity">The maximum number of values. When full, the least recently used are removed.</param>
internal sealed class MemoryStore(TimeProvider time, int capacity) : IKeyValueStore, IDisposable
{
    private readonly MemoryCache entries = new(new MemoryCacheOptions { Clock = new CacheClock(time) });

    public int Count => entries.Count;

    public Task<byte[]?> FindAsync(string key) => Task.FromResult(entries.Get<Entry>(key)?.Value);

    public Task SetAsync(string key, byte[] value, TimeSpan lifetime)
    {
        if (entries.Count >= capacity) entries.Compact(0.1);
        // The lock is kept, since others may be waiting for it.
        var gate = entries.Get<Entry>(key)?.Lock ?? new SemaphoreSlim(1, 1);
        entries.Set(key, new Entry { Lock = gate, Value = value }, time.GetUtcNow() + lifetime);
        return Task.CompletedTask;
    }

    public Task<bool> AddAsync(string key, byte[] value, TimeSpan lifetime)
    {
        lock (entries) return Task.FromResult(!entries.TryGetValue(key, out _) && SetAsync(key, value, lifetime).IsCompleted);
    }

    public Task ReplaceAsync(string key, byte[] value)
    {
        if (entries.Get<Entry>(key) is { } entry) entry.Value = value;
        return Task.CompletedTask;
    }

    public Task RemoveAsync(string key)
    {
        entries.Remove(key);
        return Task.CompletedTask;
    }

    public async Task<IAsyncDisposable?> LockAsync(string key, CancellationToken cancellation)
    {
        if (entries.Get<Entry>(key) is not { } entry) return null;
        await entry.Lock.WaitAsync(cancellation);
        return entry;
    }

    public void Dispose() => entries.Dispose();

    /// <summary>A value and its lock, which disposing releases.</summary>
    private sealed class Entry : IAsyncDisposable
    {
        public required SemaphoreSlim Lock { get; init; }

        public required byte[] Value { get; set; }

        public ValueTask DisposeAsync()
        {
            Lock.Release();
            return ValueTask.CompletedTask;
        }
    }

    private sealed class CacheClock(TimeProvider time) : Microsoft.Extensions.Internal.ISystemClock
    {
        public DateTimeOffset UtcNow => time.GetUtcNow();
    }
}
