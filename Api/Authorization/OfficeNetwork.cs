using System.Net;
using AuthDemo.ServiceDefaults;
using IPNetwork = System.Net.IPNetwork;

namespace AuthDemo.Api.Authorization;

/// <summary>The address ranges that count as inside the building: <c>Intercom:OfficeNetworks</c>, in CIDR notation.</summary>
internal sealed class OfficeNetwork(IReadOnlyList<IPNetwork> ranges)
{
    public bool Contains(IPAddress? address)
    {
        if (address is { IsIPv4MappedToIPv6: true }) address = address.MapToIPv4();
        return address is not null && ranges.Any(range => range.Contains(address));
    }

    /// <exception cref="SettingException">A configured range is invalid; the message names the setting.</exception>
    public static OfficeNetwork From(IConfiguration configuration) =>
        new([.. configuration.GetSection("Intercom:OfficeNetworks").GetChildren().Select(Parse)]);

    private static IPNetwork Parse(IConfigurationSection entry) => IPNetwork.TryParse(entry.Value, out var range)
        ? range
        : throw new SettingException(
            $"The setting {entry.Path} is not usable: '{entry.Value}'. Write a network, such as 10.20.0.0/16.");
}
