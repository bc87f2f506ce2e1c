using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AuthDemo.ServiceDefaults;

/// <summary>The caller's address and scheme behind a proxy. Needs <c>app.UseForwardedHeaders()</c> before everything else.</summary>
public static class TrustedProxies
{
    private const string Setting = "ForwardedHeaders:TrustedProxies";

    /// <summary>
    /// Takes <c>X-Forwarded-For</c> and <c>X-Forwarded-Proto</c> from the proxies that <c>ForwardedHeaders:TrustedProxies</c> lists as IP
    /// addresses, and only the last hop: whatever stands before it, a caller may have made up. Without such a proxy both are ignored.
    /// </summary>
    /// <exception cref="SettingException">A configured proxy is no IP address; the message names the setting.</exception>
    public static TBuilder AddTrustedProxies<TBuilder>(this TBuilder builder) where TBuilder : IHostApplicationBuilder
    {
        var proxies = ProxiesFrom(builder.Configuration);
        builder.Services.Configure<ForwardedHeadersOptions>(options =>
        {
            // The middleware trusts everybody where both lists are empty.
            options.ForwardedHeaders =
                proxies.Count > 0 ? ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto : ForwardedHeaders.None;
            options.ForwardLimit = 1;
            options.KnownIPNetworks.Clear();
            options.KnownProxies.Clear();
            foreach (var proxy in proxies) options.KnownProxies.Add(proxy);
        });
        return builder;
    }

    private static List<IPAddress> ProxiesFrom(IConfiguration configuration)
    {
        var proxies = new List<IPAddress>();
        foreach (var entry in configuration.GetSection(Setting).GetChildren())
        {
            proxies.Add(IPAddress.TryParse(entry.Value, out var address)
                ? address
                : throw new SettingException(
                    $"The setting {entry.Path} is not usable: '{entry.Value}'. Write an IP address, such as 127.0.0.1."));
        }

        return proxies;
    }
}
