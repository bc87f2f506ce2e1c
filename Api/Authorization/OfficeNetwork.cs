using System.Net;
using AuthDemo.ServiceDefaults;
using IPNetwork = System.Net.IPNetwork;

namespace AuthDemo.Api.Authorization;

/// <summary>Tells whether a caller is inside the building.</summary>
internal sealed class OfficeNetwork(IConfiguration configuration)
{
    private readonly IReadOnlyList<IPNetwork> networks = Networks.Read(configuration, "Intercom:OfficeNetworks");

    public bool Contains(IPAddress? address) => address is not null && networks.Any(network => network.Contains(address));
}
