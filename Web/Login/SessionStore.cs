using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using AuthDemo.Web.Storage;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace AuthDemo.Web.Login;

/// <summary>The sessions, on the server: tokens never reach the browser, whose cookie only names a session.</summary>
internal sealed class SessionStore([FromKeyedServices(StorageSetup.Sessions)] IKeyValueStore store, TimeProvider time) : ITicketStore
{
    private const string KeyItem = ".session";
    private static readonly TimeSpan CodeLifetime = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan MaxLifetime = TimeSpan.FromHours(10);

    /// <summary>The key under which a ticket of this store is kept.</summary>
    public static string KeyOf(AuthenticationProperties properties) => properties.GetString(KeyItem)!;

    public async Task<string> StoreAsync(AuthenticationTicket ticket)
    {
        var key = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        ticket.Properties.Items[KeyItem] = key;
        var lifetime = ticket.Properties.ExpiresUtc - time.GetUtcNow() ?? MaxLifetime;
        await store.SetAsync(key, TicketSerializer.Default.Serialize(ticket), lifetime);
        return key;
    }

    /// <summary>
    /// Whether an authorization code comes for the first time: a reload, or a proxy that tries again, brings it once more, and redeeming
    /// it twice would end the session (RFC 6749, section 4.1.2).
    /// </summary>
    public Task<bool> TryTakeCodeAsync(string code) =>
        store.AddAsync("code:" + Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(code))), [], CodeLifetime);

    /// <summary>Changes a session that is there; one that ended meanwhile stays ended.</summary>
    public Task RenewAsync(string key, AuthenticationTicket ticket) =>
        store.ReplaceAsync(key, TicketSerializer.Default.Serialize(ticket));

    // Bytes are kept, so that requests running at the same time never share a ticket that one of them changes.
    public async Task<AuthenticationTicket?> RetrieveAsync(string key) =>
        await store.FindAsync(key) is { } ticket ? TicketSerializer.Default.Deserialize(ticket) : null;

    public Task RemoveAsync(string key) => store.RemoveAsync(key);

    /// <summary>
    /// Waits until no other request has this session's lock, and keeps it until the result is disposed of; null when there is no such
    /// session.
    /// </summary>
    public Task<IAsyncDisposable?> LockAsync(string key, CancellationToken cancellation) => store.LockAsync(key, cancellation);
}
