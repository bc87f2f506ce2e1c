using Microsoft.AspNetCore.HostFiltering;

namespace AuthDemo.Api;

/// <summary>What holds for every request and every response behind the host filter.</summary>
internal static class HttpConventions
{
    /// <summary>No endpoint takes a body; only a form is read, to see whether it brings a token.</summary>
    private const int LargestBody = 64 * 1024;

    public static void AddHttpLimits(this WebApplicationBuilder builder)
    {
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = LargestBody;
        });
        builder.Services.Configure<HostFilteringOptions>(options => options.AllowEmptyHosts = false);
        // OWASP ASVS 5.0, 3.4.1: a year at least.
        builder.Services.AddHsts(options => options.MaxAge = TimeSpan.FromDays(365));
    }

    /// <summary>
    /// Nobody keeps an answer that depends on who asks (RFC 9111, section 5.2.2.5), and nobody guesses its type. Outside Development https
    /// callers are told to stay with https (RFC 6797).
    /// </summary>
    public static void UseSecurityHeaders(this WebApplication app)
    {
        if (!app.Environment.IsDevelopment()) app.UseHsts();
        app.Use(static (HttpContext context, RequestDelegate next) =>
        {
            context.Response.OnStarting(static state =>
            {
                var headers = ((HttpContext)state).Response.Headers;
                headers.CacheControl = "no-store";
                headers.XContentTypeOptions = "nosniff";
                return Task.CompletedTask;
            }, context);
            return next(context);
        });
    }

    /// <summary>Lets every GET route of the group answer HEAD too (RFC 9110, section 9.1: a server must support both).</summary>
    public static RouteGroupBuilder AllowHead(this RouteGroupBuilder routes)
    {
        ((IEndpointConventionBuilder)routes).Add(endpoint =>
        {
            if (endpoint.Metadata.OfType<HttpMethodMetadata>().LastOrDefault() is { HttpMethods: ["GET"] })
                endpoint.Metadata.Add(new HttpMethodMetadata([HttpMethods.Get, HttpMethods.Head]));
        });
        return routes;
    }
}
