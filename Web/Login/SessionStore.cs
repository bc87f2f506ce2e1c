using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.Extensions.Caching.Memory;

namespace AuthDemo.Web.Login;

/// <summary>
/// The sessions, on the server: tokens never reach the browser, whose cookie only names a session.
/// In memory, because a sample should need nothing else; with several instances this becomes a distributed cache.
/// </summary>
internal sealed class SessionStore(TimeProvider time, int capacity = SessionStore.DefaultCapacity) : ITicketStore, IDisposable
{
    private const int DefaultCapacity = 10_000;
    private const string KeyItem = ".session";
    private static readonly TimeSpan LongestSession = TimeSpan.FromHours(10);

    private readonly MemoryCache sessions = new(new MemoryCacheOptions { Clock = new CacheClock(time) });

    public int Count => sessions.Count;

    /// <summary>The key under which a ticket of this store is kept.</summary>
    public static string? KeyOf(AuthenticationProperties properties) =>
        properties.Items.TryGetValue(KeyItem, out var key) ? key : null;

    public Task<string> StoreAsync(AuthenticationTicket ticket)
    {
        // Full: the sessions used least recently go, rather than turning new logins away.
        if (sessions.Count >= capacity) sessions.Compact(0.1);

        var key = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        ticket.Properties.Items[KeyItem] = key;
        var session = new Session { Ticket = TicketSerializer.Default.Serialize(ticket) };
        sessions.Set(key, session, ticket.Properties.ExpiresUtc ?? time.GetUtcNow() + LongestSession);
        return Task.FromResult(key);
    }

    /// <summary>Changes a session that is there; one that ended meanwhile stays ended.</summary>
    public Task RenewAsync(string key, AuthenticationTicket ticket)
    {
        if (sessions.Get<Session>(key) is { } session) session.Ticket = TicketSerializer.Default.Serialize(ticket);
        return Task.CompletedTask;
    }

    public Task<AuthenticationTicket?> RetrieveAsync(string key) =>
        Task.FromResult(sessions.Get<Session>(key) is { } session ? TicketSerializer.Default.Deserialize(session.Ticket) : null);

    public Task RemoveAsync(string key)
    {
        sessions.Remove(key);
        return Task.CompletedTask;
    }

    /// <summary>
    /// Waits until no other request has this session's lock, and keeps it until the result is disposed of; null when there is no such
    /// session.
    /// </summary>
    public async Task<IDisposable?> LockAsync(string key, CancellationToken cancellation)
    {
        if (sessions.Get<Session>(key) is not { } session) return null;
        await session.Lock.WaitAsync(cancellation);
        return new HeldLock(session.Lock);
    }

    public void Dispose() => sessions.Dispose();

    private sealed class Session
    {
        public SemaphoreSlim Lock { get; } = new(1, 1);

        // Bytes, so that requests running at the same time never share a ticket that one of them changes.
        public required byte[] Ticket { get; set; }
    }

    private sealed class HeldLock(SemaphoreSlim semaphore) : IDisposable
    {
        public void Dispose() => semaphore.Release();
    }

    private sealed class CacheClock(TimeProvider time) : Microsoft.Extensions.Internal.ISystemClock
    {
        public DateTimeOffset UtcNow => time.GetUtcNow();
    }
}
