using System.Net;
using AuthDemo.ServiceDefaults;
using Microsoft.AspNetCore.HttpOverrides;
using IPNetwork = System.Net.IPNetwork;

namespace AuthDemo.Api.Intercom;

/// <summary>The address ranges that count as inside the building: <c>Intercom:OfficeNetworks</c>, in CIDR notation.</summary>
internal sealed class OfficeNetwork(IReadOnlyList<IPNetwork> ranges)
{
    public bool Contains(IPAddress? address)
    {
        if (address is { IsIPv4MappedToIPv6: true }) address = address.MapToIPv4();
        return address is not null && ranges.Any(range => range.Contains(address));
    }

    /// <exception cref="SettingException">A configured range is none; the message says which setting to mend.</exception>
    public static OfficeNetwork From(IConfiguration configuration) =>
        new([.. Read(configuration, "Intercom:OfficeNetworks", (string text, out IPNetwork range) => IPNetwork.TryParse(text, out range))]);

    /// <summary>The proxies whose word counts: <c>Intercom:TrustedProxies</c>, IP addresses.</summary>
    /// <exception cref="SettingException">A configured proxy is no IP address; the message says which setting to mend.</exception>
    public static IReadOnlyList<IPAddress> ProxiesFrom(IConfiguration configuration) =>
        [.. Read(configuration, "Intercom:TrustedProxies", (string text, out IPAddress address) => IPAddress.TryParse(text, out address!))];

    /// <summary>
    /// Believes <c>X-Forwarded-For</c> from these proxies only, and only the last hop: whatever stands before it, a caller may
    /// have made up.
    /// </summary>
    public static void Believe(IReadOnlyList<IPAddress> proxies, ForwardedHeadersOptions options)
    {
        options.ForwardedHeaders = ForwardedHeaders.XForwardedFor;
        options.ForwardLimit = 1;
        options.KnownIPNetworks.Clear();
        options.KnownProxies.Clear();
        foreach (var proxy in proxies) options.KnownProxies.Add(proxy);
    }

    private delegate bool TryParse<T>(string text, out T value);

    private static IEnumerable<T> Read<T>(IConfiguration configuration, string setting, TryParse<T> tryParse)
    {
        foreach (var (key, text) in configuration.GetSection(setting).AsEnumerable().Where(entry => entry.Value is not null))
        {
            if (!tryParse(text!, out var value))
                throw new SettingException($"The setting {key} is not usable: '{text}'. See appsettings.json for an example.");
            yield return value;
        }
    }
}
