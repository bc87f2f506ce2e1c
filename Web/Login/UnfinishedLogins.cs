using Microsoft.AspNetCore.Authentication.OpenIdConnect;

namespace AuthDemo.Web.Login;

/// <summary>
/// A login that is begun leaves two cookies until it comes back. Many that never do (a page that opens the login as an image) would make
/// the Cookie header too long for every server here. So a browser keeps the latest of them.
/// </summary>
internal static class UnfinishedLogins
{
    private const int Most = 8;

    /// <summary>
    /// Makes room for one more login. The oldest go: browsers send cookies in the order of their creation (RFC 6265, section 5.4).
    /// </summary>
    public static void Limit(HttpContext http, OpenIdConnectOptions options)
    {
        foreach (var cookie in new[] { options.CorrelationCookie, options.NonceCookie })
        {
            var unfinished = http.Request.Cookies.Keys.Where(name => name.StartsWith(cookie.Name!, StringComparison.Ordinal)).ToArray();
            foreach (var name in unfinished.SkipLast(Most - 1)) http.Response.Cookies.Delete(name, cookie.Build(http));
        }
    }
}
