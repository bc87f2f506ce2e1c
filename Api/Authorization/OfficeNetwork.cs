using System.Net;
using AuthDemo.ServiceDefaults;
using Microsoft.Extensions.Options;
using IPNetwork = System.Net.IPNetwork;

namespace AuthDemo.Api.Authorization;

/// <summary>Section <c>Intercom</c>.</summary>
internal sealed class IntercomSettings
{
    /// <summary>The networks that count as inside the building, in CIDR notation.</summary>
    public string[] OfficeNetworks { get; set; } = [];
}

/// <summary>Tells whether a caller is inside the building.</summary>
internal sealed class OfficeNetwork(IOptions<IntercomSettings> settings)
{
    private readonly IReadOnlyList<IPNetwork> networks = Networks.Parse(settings.Value.OfficeNetworks);

    public bool Contains(IPAddress? address) => address is not null && networks.Any(network => network.Contains(address));
}
