using System.Net;
using AuthDemo.ServiceDefaults;
using IPNetwork = System.Net.IPNetwork;

namespace AuthDemo.Api.Authorization;

/// <summary>Checks whether an IP address is on the office network.</summary>
internal sealed class OfficeNetwork(IConfiguration configuration)
{
    private readonly IReadOnlyList<IPNetwork> networks = Networks.Read(configuration, "Intercom:OfficeNetworks");

    public bool Contains(IPAddress? address) => address is not null && networks.Any(network => network.Contains(address));
}
