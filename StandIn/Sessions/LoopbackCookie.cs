namespace AuthDemo.StandIn.Sessions;

internal static class LoopbackCookie
{
    /// <summary>
    /// Cookies are the realm's own. On http, which is loopback's, they are not <c>Secure</c>: not every HTTP client sends a Secure cookie
    /// there.
    /// </summary>
    public static CookieOptions Options(HttpRequest request) =>
        new() { HttpOnly = true, Secure = request.IsHttps, SameSite = SameSiteMode.Lax, Path = request.PathBase + "/" };
}
