using Microsoft.AspNetCore.Authentication.Cookies;

namespace AuthDemo.Web.Login;

/// <summary>
/// Ignores the session cookie in the login callback: the cookie handler would reuse its key, which could have been planted before the login
/// (session fixation; OWASP ASVS 5.0, 7.2.4).
/// </summary>
internal sealed class SessionCookies(PathString loginCallback) : ICookieManager
{
    private const string KeyClaim = "Microsoft.AspNetCore.Authentication.Cookies-SessionId";

    private static readonly ChunkingCookieManager Cookies = new();

    /// <summary>A login ends the session that it replaces, so that a stolen cookie stops working (OWASP ASVS 5.0, 7.2.4).</summary>
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
