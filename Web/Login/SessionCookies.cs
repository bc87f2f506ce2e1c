using Microsoft.AspNetCore.Authentication.Cookies;

namespace AuthDemo.Web.Login;

/// <summary>
/// Names the session cookie <c>__Host-...</c> on https, where browsers then bind it to this very host (RFC 6265bis, section 4.1.3.2),
/// and forgets it while a login comes back: the cookie handler would keep the old session's key, and a key that somebody planted
/// before the login must not become the key of the session after it (OWASP ASVS 5.0, 7.2.4).
/// </summary>
internal sealed class SessionCookies(PathString loginCallback) : ICookieManager
{
    private readonly ChunkingCookieManager cookies = new();

    public string? GetRequestCookie(HttpContext context, string key) =>
        context.Request.Path == loginCallback ? null : cookies.GetRequestCookie(context, NameFor(context, key));

    public void AppendResponseCookie(HttpContext context, string key, string? value, CookieOptions options) =>
        cookies.AppendResponseCookie(context, NameFor(context, key), value, options);

    public void DeleteCookie(HttpContext context, string key, CookieOptions options) =>
        cookies.DeleteCookie(context, NameFor(context, key), options);

    private static string NameFor(HttpContext context, string key) => context.Request.IsHttps ? "__Host-" + key : key;
}
