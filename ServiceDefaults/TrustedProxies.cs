using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace AuthDemo.ServiceDefaults;

/// <summary>The caller's address and scheme behind a proxy. Needs <c>app.UseForwardedHeaders()</c> before everything else.</summary>
public static class TrustedProxies
{
    /// <summary>
    /// Takes <c>X-Forwarded-For</c> and <c>X-Forwarded-Proto</c> from the proxies that <c>ForwardedHeaders:TrustedProxies</c> lists, and
    /// only the last hop: whatever stands before it, a caller may have made up. Without such a proxy both are ignored.
    /// </summary>
    public static TBuilder AddTrustedProxies<TBuilder>(this TBuilder builder) where TBuilder : IHostApplicationBuilder
    {
        builder.Services.AddOptions<Settings>().BindConfiguration("ForwardedHeaders")
            .Validate(settings => Networks.AreValid(settings.TrustedProxies),
                "ForwardedHeaders:TrustedProxies must list IP addresses or networks, such as 127.0.0.1 and 10.0.0.0/8.")
            .ValidateOnStart();
        builder.Services.AddOptions<ForwardedHeadersOptions>().Configure<IOptions<Settings>>((options, settings) =>
        {
            options.ForwardLimit = 1;
            options.KnownProxies.Clear();
            options.KnownIPNetworks.Clear();
            foreach (var proxy in Networks.Parse(settings.Value.TrustedProxies)) options.KnownIPNetworks.Add(proxy);
            // The middleware trusts everybody where both lists are empty.
            options.ForwardedHeaders = options.KnownIPNetworks.Count > 0
                ? ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto
                : ForwardedHeaders.None;
        });
        return builder;
    }

    private sealed class Settings
    {
        public string[] TrustedProxies { get; set; } = [];
    }
}
