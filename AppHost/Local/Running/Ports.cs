using System.Net;
using System.Net.Sockets;

namespace AuthDemo.AppHost.Local;

internal static class Ports
{
    private static readonly HashSet<int> Given = [];

    /// <summary>A port that nobody listens on. It lies below the range from which systems number their outgoing connections, so that none of those takes it first.</summary>
    public static int FindFree()
    {
        while (true)
        {
            var port = Random.Shared.Next(20_000, 32_000);
            lock (Given)
            {
                if (IsFree(port) && Given.Add(port)) return port;
            }
        }
    }

    /// <exception cref="DistributedApplicationException">Another program listens on the endpoint's port.</exception>
    public static void ThrowIfInUse(EndpointReference endpoint)
    {
        if (IsFree(endpoint.Port)) return;
        throw new DistributedApplicationException(
            $"Port {endpoint.Port}, which {endpoint.Resource.Name} needs, is in use by another program: stop that one (perhaps AuthDemo runs already), or change {endpoint.Resource.PortSetting}.");
    }

    private static bool IsFree(int port) => new[] { IPAddress.Loopback, IPAddress.IPv6Loopback }.All(address =>
    {
        try
        {
            using var listener = new TcpListener(address, port);
            listener.Start();
            return true;
        }
        catch (SocketException failure)
        {
            // A machine without IPv6 has no such address, and so nobody on it.
            return failure.SocketErrorCode != SocketError.AddressAlreadyInUse;
        }
    });
}
