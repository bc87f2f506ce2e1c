namespace AuthDemo.Web.Storage;

/// <summary>Stores values beyond a request, in memory or shared by all processes of Web.</summary>
internal interface IKeyValueStore
{
    /// <summary>The value; null if there is none or it has expired.</summary>
    /// <exception cref="Http.ServiceUnavailableException">The store is unavailable. Applies to all methods.</exception>
    Task<byte[]?> FindAsync(string key);

    Task SetAsync(string key, byte[] value, TimeSpan lifetime);

    /// <summary>Adds a value. Returns false if there is one already; of concurrent calls only one returns true.</summary>
    Task<bool> AddAsync(string key, byte[] value, TimeSpan lifetime);

    /// <summary>Replaces a value and keeps its expiration. Does nothing if there is none.</summary>
    Task ReplaceAsync(string key, byte[] value);

    Task RemoveAsync(string key);

    /// <summary>Waits for the lock of a key and holds it until the result is disposed; null if the key has no value.</summary>
    Task<IAsyncDisposable?> LockAsync(string key, CancellationToken cancellation);
}
