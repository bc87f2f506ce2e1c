using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.Extensions.Caching.Memory;

namespace AuthDemo.Web.Lab.Answers;

/// <summary>The notebooks of all browsers, in memory; each browser has a cookie that names its own.</summary>
internal sealed class LabNotebooks : IDisposable
{
    private const string Cookie = "authdemo.lab";
    private const int Capacity = 500;
    private static readonly TimeSpan IdleTimeout = TimeSpan.FromHours(10);

    private readonly MemoryCache notebooks = new(new MemoryCacheOptions());

    /// <summary>This browser's notebook, if it has one.</summary>
    public LabNotebook? Find(HttpContext http) =>
        http.Request.Cookies[Cookie] is { } key ? notebooks.Get<LabNotebook>(key) : null;

    /// <summary>This browser's notebook, a new one where it has none.</summary>
    public LabNotebook Open(HttpContext http)
    {
        if (Find(http) is { } notebook) return notebook;
        if (notebooks.Count >= Capacity) notebooks.Compact(0.1);

        var key = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));
        http.Response.Cookies.Append(Cookie, key, new CookieOptions
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Lax,
            IsEssential = true,
        });
        return notebooks.Set(key, new LabNotebook(), new MemoryCacheEntryOptions { SlidingExpiration = IdleTimeout });
    }

    public void Dispose() => notebooks.Dispose();
}
