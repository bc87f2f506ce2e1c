using System.Net;
using Microsoft.Extensions.Configuration;

namespace AuthDemo.ServiceDefaults;

/// <summary>Reads settings that list networks in CIDR notation or IP addresses.</summary>
public static class Networks
{
    /// <exception cref="InvalidOperationException">An entry is neither.</exception>
    public static IReadOnlyList<IPNetwork> Read(IConfiguration configuration, string setting) =>
    [
        .. (configuration.GetSection(setting).Get<string[]>() ?? []).Select(text => IPNetwork.TryParse(AsCidr(text), out var network)
            ? network
            : throw new InvalidOperationException($"{setting} must list IP addresses or networks, such as 127.0.0.1 and 10.0.0.0/8.")),
    ];

    private static string AsCidr(string text) => text.Contains('/') ? text : text + (text.Contains(':') ? "/128" : "/32");
}
