using Microsoft.AspNetCore.Authentication.Cookies;

namespace AuthDemo.Web.Login;

/// <summary>
/// Forgets the session cookie while a login comes back: the cookie handler would keep the old session's key, and a key that somebody
/// planted before the login must not become the key of the session after it (OWASP ASVS 5.0, 7.2.4).
/// </summary>
internal sealed class SessionCookies(PathString loginCallback) : ICookieManager
{
    private const string KeyClaim = "Microsoft.AspNetCore.Authentication.Cookies-SessionId";

    private static readonly ChunkingCookieManager Cookies = new();

    /// <summary>The same section: a login ends the session whose cookie it replaces, so that a stolen copy of it ends too.</summary>
    public static Task EndReplacedSessionAsync(CookieSigningInContext context)
    {
        var cookie = Cookies.GetRequestCookie(context.HttpContext, context.Options.Cookie.Name!);
        var replaced = context.Options.TicketDataFormat.Unprotect(cookie)?.Principal.FindFirst(KeyClaim)?.Value;
        return replaced is null ? Task.CompletedTask : context.Options.SessionStore!.RemoveAsync(replaced);
    }

    public string? GetRequestCookie(HttpContext context, string key) =>
        context.Request.Path == loginCallback ? null : Cookies.GetRequestCookie(context, key);

    public void AppendResponseCookie(HttpContext context, string key, string? value, CookieOptions options) =>
        Cookies.AppendResponseCookie(context, key, value, options);

    public void DeleteCookie(HttpContext context, string key, CookieOptions options) => Cookies.DeleteCookie(context, key, options);
}
