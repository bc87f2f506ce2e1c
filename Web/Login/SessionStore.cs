using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using AuthDemo.Web.Storage;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace AuthDemo.Web.Login;

/// <summary>Stores sessions on the server. The cookie contains only the key, so tokens never reach the browser.</summary>
internal sealed class SessionStore([FromKeyedServices(StorageSetup.Sessions)] IKeyValueStore store, TimeProvider time) : ITicketStore
{
    private const string KeyItem = ".session";
    private static readonly TimeSpan CodeLifetime = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan MaxLifetime = TimeSpan.FromHours(10);

    /// <summary>The key of a stored ticket.</summary>
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
    /// Returns false if the authorization code was used before, for example after a reload. Redeeming it twice would end the session (RFC
    /// 6749, section 4.1.2).
    /// </summary>
    public Task<bool> TryTakeCodeAsync(string code) =>
        store.AddAsync("code:" + Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(code))), [], CodeLifetime);

    /// <summary>Updates a session, unless it has ended.</summary>
    public Task RenewAsync(string key, AuthenticationTicket ticket) =>
        store.ReplaceAsync(key, TicketSerializer.Default.Serialize(ticket));

    // Deserialized every time, because parallel requests must not share a ticket that one of them changes.
    public async Task<AuthenticationTicket?> RetrieveAsync(string key) =>
        await store.FindAsync(key) is { } ticket ? TicketSerializer.Default.Deserialize(ticket) : null;

    public Task RemoveAsync(string key) => store.RemoveAsync(key);

    /// <summary>Waits for the session's lock and holds it until the result is disposed; null if the session does not exist.</summary>
    public Task<IAsyncDisposable?> LockAsync(string key, CancellationToken cancellation) => store.LockAsync(key, cancellation);
}
