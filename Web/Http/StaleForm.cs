namespace AuthDemo.Web.Http;

/// <summary>
/// A form of a page that is older than the login: another tab has logged out or in since. Nothing of it is done; its sender comes back to
/// the page, which is up to date then, and is told.
/// </summary>
internal static class StaleForm
{
    public const string LogoutPath = "/logout";

    /// <summary>
    /// The page on which a form stands; null where the browser does not say. Our own Referrer-Policy has it told to this site alone.
    /// </summary>
    public static string? PageOf(HttpRequest request) =>
        Uri.TryCreate(request.Headers.Referer, UriKind.Absolute, out var page)
        && page.Scheme == request.Scheme && page.Authority == request.Host.Value
            ? ReturnUrl.Local(page.PathAndQuery)
            : null;

    /// <summary>Shows a notice on the next page that the form was not processed.</summary>
    public static void Announce(HttpContext http)
    {
        var notice = NoticeCookie(http);
        http.Response.Cookies.Append(notice.Name!, "stale-form", notice.Build(http));
    }

    /// <summary>Whether this page has to show the notice. It is shown once.</summary>
    public static bool TakeNotice(HttpContext http)
    {
        var notice = NoticeCookie(http);
        if (!http.Request.Cookies.ContainsKey(notice.Name!)) return false;
        if (!http.Response.HasStarted) http.Response.Cookies.Delete(notice.Name!, notice.Build(http));
        return true;
    }

    private static CookieBuilder NoticeCookie(HttpContext http) =>
        http.RequestServices.GetRequiredService<HostCookies>()
            .Bind(new CookieBuilder { MaxAge = TimeSpan.FromMinutes(10) }, "authdemo.notice");
}
