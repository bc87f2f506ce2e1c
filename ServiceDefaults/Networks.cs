using System.Net;

namespace AuthDemo.ServiceDefaults;

/// <summary>Settings that list networks in CIDR notation; a single IP address is a network too.</summary>
public static class Networks
{
    public static bool AreValid(IEnumerable<string> networks) => networks.All(text => TryParse(text, out _));

    /// <exception cref="FormatException">One of them is no network.</exception>
    public static IReadOnlyList<IPNetwork> Parse(IEnumerable<string> networks) =>
        [.. networks.Select(text => TryParse(text, out var network) ? network : throw new FormatException($"'{text}' is no network."))];

    private static bool TryParse(string text, out IPNetwork network)
    {
        if (!IPAddress.TryParse(text, out var address)) return IPNetwork.TryParse(text, out network);
        network = new IPNetwork(address, address.GetAddressBytes().Length * 8);
        return true;
    }
}
