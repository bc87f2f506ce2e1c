namespace AuthDemo.Web.Http;

/// <summary>
/// Names the cookies. With the prefix <c>__Host-</c> no other host of the same domain can set them (RFC 6265bis, section 4.1.3.2; OWASP
/// ASVS 5.0, 3.3.3). Outside Development the prefix is always used: browsers reject such a cookie over http, which reveals a missing proxy
/// setting. Over http, servers on other ports of localhost share the cookies.
/// </summary>
internal sealed class HostCookies(IHostEnvironment environment, IConfiguration configuration)
{
    private readonly string prefix = environment.IsDevelopment()
        && configuration[WebHostDefaults.ServerUrlsKey]?.StartsWith("https:", StringComparison.OrdinalIgnoreCase) != true ? "" : "__Host-";

    /// <summary>Applies the name and the attributes that all cookies share.</summary>
    public CookieBuilder Bind(CookieBuilder cookie, string name)
    {
        cookie.Name = prefix + name;
        cookie.Path = "/"; // required by the prefix __Host-
        cookie.HttpOnly = true;
        cookie.SameSite = SameSiteMode.Lax;
        cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        return cookie;
    }
}
