namespace AuthDemo.Web.Http;

/// <summary>
/// Names every cookie. On https the names begin with <c>__Host-</c>, which binds a cookie to this very host: no other server of the same
/// domain can plant one (RFC 6265bis, section 4.1.3.2; OWASP ASVS 5.0, 3.3.3). Outside Development they always do: browsers refuse such a
/// cookie on http, so a forgotten proxy setting is noticed. On http, any server on another port of localhost can read and plant cookies.
/// </summary>
internal sealed class HostCookies(IHostEnvironment environment, IConfiguration configuration)
{
    private readonly string prefix = environment.IsDevelopment() && !IsHttps(configuration) ? "" : "__Host-";

    public string NameOf(string name) => prefix + name;

    /// <summary>Gives a cookie its name, and what every cookie here has.</summary>
    public CookieBuilder Bind(CookieBuilder cookie, string name)
    {
        cookie.Name = NameOf(name);
        cookie.Path = "/"; // a __Host- cookie has no other
        cookie.HttpOnly = true;
        cookie.SameSite = SameSiteMode.Lax;
        cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        cookie.IsEssential = true;
        return cookie;
    }

    private static bool IsHttps(IConfiguration configuration) =>
        configuration[WebHostDefaults.ServerUrlsKey]?.StartsWith("https:", StringComparison.OrdinalIgnoreCase) == true;
}
