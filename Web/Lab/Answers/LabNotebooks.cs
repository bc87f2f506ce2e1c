using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using AuthDemo.Web.Http;
using AuthDemo.Web.Storage;

namespace AuthDemo.Web.Lab.Answers;

/// <summary>Stores the notebooks. A cookie contains the notebook's key.</summary>
internal sealed class LabNotebooks([FromKeyedServices(StorageSetup.Notebooks)] IKeyValueStore store, HostCookies cookies)
{
    private static readonly TimeSpan IdleTimeout = TimeSpan.FromHours(1);

    private readonly CookieBuilder cookie = cookies.Bind(new CookieBuilder(), "authdemo.lab");

    /// <summary>The browser's notebook; null if it has none.</summary>
    public async Task<LabNotebook?> FindAsync(HttpContext http) =>
        KeyOf(http) is { } key && await store.FindAsync(key) is { } saved ? Read(saved) : null;

    /// <summary>Updates the browser's notebook, or creates one. Updates are serialized.</summary>
    /// <param name="http">The request.</param>
    /// <param name="change">The update.</param>
    /// <param name="hasNewOwner">
    /// True at login and logout: the notebook gets a new key, so that a key planted before cannot read it.
    /// </param>
    public async Task ChangeAsync(HttpContext http, Action<LabNotebook> change, bool hasNewOwner = false)
    {
        var known = KeyOf(http);
        await using var held = known is null ? null : await store.LockAsync(known, http.RequestAborted);
        // Keys that are not in the store are not accepted, since a notebook contains the token of an ended session.
        var key = held is null || hasNewOwner ? NewKey(http) : known!;
        var notebook = held is not null && await store.FindAsync(known!) is { } saved
            ? Read(saved)
            : new LabNotebook();
        change(notebook);
        await store.SetAsync(key, JsonSerializer.SerializeToUtf8Bytes(notebook), IdleTimeout);
        if (held is not null && hasNewOwner) await store.RemoveAsync(known!);
    }

    // The request that creates a notebook can update it again.
    private string? KeyOf(HttpContext http) => http.Items[this] as string ?? http.Request.Cookies[cookie.Name!];

    private static LabNotebook Read(byte[] saved) => JsonSerializer.Deserialize<LabNotebook>(saved)!;

    private string NewKey(HttpContext http)
    {
        var key = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));
        http.Response.Cookies.Append(cookie.Name!, key, cookie.Build(http));
        http.Items[this] = key;
        return key;
    }
}
