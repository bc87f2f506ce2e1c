namespace AuthDemo.Web.Http;

/// <summary>The security headers of every response (OWASP ASVS 5.0, chapter 3.4).</summary>
internal static class SecurityHeaders
{
    public const string OpenerPolicy = "Cross-Origin-Opener-Policy";

    public static void UseSecurityHeaders(this WebApplication app) => app.Use(next =>
    {
        // Chromium applies form-action to redirects after a POST, and logout redirects to the identity provider.
        var provider = new Uri(app.Configuration["Authentication:Schemes:OpenIdConnect:Authority"]!).GetLeftPart(UriPartial.Authority);
        var policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
            + $"form-action 'self' {provider}; frame-ancestors 'none'; base-uri 'none'";
        return http =>
        {
            var headers = http.Response.Headers;
            headers.ContentSecurityPolicy = policy;
            headers["Referrer-Policy"] = "same-origin";
            headers[OpenerPolicy] = "same-origin-allow-popups"; // so that the dashboard's window keeps its name
            return next(http);
        };
    });
}
