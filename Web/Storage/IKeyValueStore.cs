namespace AuthDemo.Web.Storage;

/// <summary>What outlives a request, in this process or in one that all processes of Web share.</summary>
internal interface IKeyValueStore
{
    /// <summary>The value, or null where there is none or its time is over.</summary>
    /// <exception cref="Http.ServiceUnavailableException">The store does not answer; so it is for the other methods.</exception>
    Task<byte[]?> FindAsync(string key);

    Task SetAsync(string key, byte[] value, TimeSpan lifetime);

    /// <summary>Sets a value where there is none. False where there is one, of several calls at the same time for all but one.</summary>
    Task<bool> AddAsync(string key, byte[] value, TimeSpan lifetime);

    /// <summary>Changes a value that is there, and not the time at which it ends; one that was removed meanwhile stays removed.</summary>
    Task ReplaceAsync(string key, byte[] value);

    Task RemoveAsync(string key);

    /// <summary>
    /// Waits until nobody else has the lock of this key, and keeps it until the result is disposed of; null when the key has no value.
    /// </summary>
    Task<IAsyncDisposable?> LockAsync(string key, CancellationToken cancellation);
}
