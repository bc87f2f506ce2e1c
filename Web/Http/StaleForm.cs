namespace AuthDemo.Web.Http;

/// <summary>
/// A form of a page that is older than the login: another tab has logged out or in since. Nothing of it is done; its sender comes back to
/// the page, which is up to date then, and is told.
/// </summary>
internal static class StaleForm
{
    public const string LogoutPath = "/logout";
    private const string NoticeCookie = "authdemo.notice";

    /// <summary>
    /// The page on which a form stands; null where the browser does not say. Our own Referrer-Policy has it told to this site alone.
    /// </summary>
    public static string? PageOf(HttpRequest request) =>
        Uri.TryCreate(request.Headers.Referer, UriKind.Absolute, out var page)
        && page.Scheme == request.Scheme && page.Authority == request.Host.Value
            ? ReturnUrl.Local(page.PathAndQuery)
            : null;

    /// <summary>Has the next page say that nothing was done.</summary>
    public static void Announce(HttpContext http) => http.Response.Cookies.Append(
        NoticeCookie,
        "stale-form",
        new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Lax, MaxAge = TimeSpan.FromMinutes(10), IsEssential = true });

    /// <summary>Whether a page has to say so. It says so once.</summary>
    public static bool TakeNotice(HttpContext http)
    {
        if (!http.Request.Cookies.ContainsKey(NoticeCookie)) return false;
        if (!http.Response.HasStarted) http.Response.Cookies.Delete(NoticeCookie);
        return true;
    }
}
