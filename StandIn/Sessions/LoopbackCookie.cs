namespace AuthDemo.StandIn.Sessions;

internal static class LoopbackCookie
{
    /// <summary>
    /// Cookies are the realm's own. They are not <c>Secure</c>: the stand-in speaks http on loopback only, and not every HTTP client sends
    /// a Secure cookie there.
    /// </summary>
    public static CookieOptions Options(HttpRequest request) =>
        new() { HttpOnly = true, SameSite = SameSiteMode.Lax, Path = request.PathBase + "/" };
}
