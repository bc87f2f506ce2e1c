using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AuthDemo.ServiceDefaults;

/// <summary>Request limits and response headers of Api and Web.</summary>
public static class HttpDefaults
{
    /// <summary>Only short forms are sent here (OWASP ASVS 5.0, 15.2.2).</summary>
    private const int MaxBodySize = 64 * 1024;

    public static void AddHttpDefaults(this WebApplicationBuilder builder)
    {
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxBodySize;
        });
        // RFC 9112, section 3.2: a request without a Host gets 400.
        builder.Services.Configure<HostFilteringOptions>(options => options.AllowEmptyHosts = false);
        builder.Services.AddHsts(options => options.MaxAge = TimeSpan.FromDays(365)); // OWASP ASVS 5.0, 3.4.1
        builder.Services.AddOptions<ForwardedHeadersOptions>().Configure<IConfiguration>(TrustProxies);
    }

    /// <summary>Adds <c>X-Content-Type-Options</c> to every response and, outside Development, HSTS (RFC 6797).</summary>
    /// <param name="app">The application.</param>
    /// <param name="cacheControl">The <c>Cache-Control</c> of every response; null to leave it to the endpoints.</param>
    public static void UseHttpDefaults(this WebApplication app, string? cacheControl = null)
    {
        if (!app.Environment.IsDevelopment()) app.UseHsts();
        app.Use((context, next) =>
        {
            context.Response.OnStarting(() =>
            {
                context.Response.Headers.XContentTypeOptions = "nosniff";
                if (cacheControl is not null) context.Response.Headers.CacheControl = cacheControl;
                return Task.CompletedTask;
            });
            return next(context);
        });
    }

    /// <summary>
    /// <c>UseForwardedHeaders</c> accepts <c>X-Forwarded-For</c> and <c>X-Forwarded-Proto</c> from the configured proxies only, and only
    /// the last hop: a caller can forge the others.
    /// </summary>
    private static void TrustProxies(ForwardedHeadersOptions options, IConfiguration configuration)
    {
        options.ForwardLimit = 1;
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var proxy in Networks.Read(configuration, "ForwardedHeaders:TrustedProxies")) options.KnownIPNetworks.Add(proxy);
        // With both lists empty, the middleware would trust every sender.
        options.ForwardedHeaders = options.KnownIPNetworks.Count == 0
            ? ForwardedHeaders.None
            : ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
    }
}
