using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using AuthDemo.Web.Http;
using AuthDemo.Web.Storage;

namespace AuthDemo.Web.Lab.Answers;

/// <summary>The notebooks of all browsers; each browser has a cookie that names its own.</summary>
internal sealed class LabNotebooks([FromKeyedServices(StorageSetup.Notebooks)] IKeyValueStore store, HostCookies cookies)
{
    private static readonly TimeSpan IdleTimeout = TimeSpan.FromHours(1);

    private readonly CookieBuilder cookie = cookies.Bind(new CookieBuilder(), "authdemo.lab");

    /// <summary>This browser's notebook, if it has one.</summary>
    public async Task<LabNotebook?> FindAsync(HttpContext http) =>
        KeyOf(http) is { } key && await store.FindAsync(key) is { } saved ? Read(saved) : null;

    /// <summary>Changes this browser's notebook, a new one where it has none. One request at a time does so.</summary>
    /// <param name="http">The browser's request.</param>
    /// <param name="change">What changes.</param>
    /// <param name="hasNewOwner">
    /// Somebody logs in or out, and so the notebook gets a new key: whoever planted the old one reads nothing of a person's.
    /// </param>
    public async Task ChangeAsync(HttpContext http, Action<LabNotebook> change, bool hasNewOwner = false)
    {
        var known = KeyOf(http);
        await using var held = known is null ? null : await store.LockAsync(known, http.RequestAborted);
        // Only a key of this store is used: nobody may plant another one, since a notebook holds the token of an ended session.
        var key = held is null || hasNewOwner ? NewKey(http) : known!;
        var notebook = held is not null && await store.FindAsync(known!) is { } saved
            ? Read(saved)
            : new LabNotebook();
        change(notebook);
        await store.SetAsync(key, JsonSerializer.SerializeToUtf8Bytes(notebook), IdleTimeout);
        if (held is not null && hasNewOwner) await store.RemoveAsync(known!);
    }

    // The request that opens a notebook may change it again.
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
