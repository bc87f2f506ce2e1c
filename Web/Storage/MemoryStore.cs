using Microsoft.Extensions.Caching.Memory;

namespace AuthDemo.Web.Storage;

/// <summary>Keeps everything in this process, as long as it runs.</summary>
/// <param name="capacity">How many values it holds. Full, it drops those used least recently, rather than turning new ones away.</param>
internal sealed class MemoryStore(TimeProvider time, int capacity) : IKeyValueStore, IDisposable
{
    private readonly MemoryCache entries = new(new MemoryCacheOptions { Clock = new CacheClock(time) });

    public int Count => entries.Count;

    public Task<byte[]?> FindAsync(string key) => Task.FromResult(entries.Get<Entry>(key)?.Value);

    public Task SetAsync(string key, byte[] value, TimeSpan lifetime)
    {
        if (entries.Count >= capacity) entries.Compact(0.1);
        // Whoever waits for the lock of a value that is there waits for that of the new one.
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

    /// <summary>A value; disposing of it gives its lock back.</summary>
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
