using System.Net;
using System.Net.Sockets;

namespace AuthDemo.Tests;

internal static class Ports
{
    /// <summary>A port of loopback that nothing listens on now.</summary>
    public static int FindFree()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
