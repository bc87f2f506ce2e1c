using System.Net.Sockets;

namespace AuthDemo.Tests;

internal static class Ports
{
    private static readonly List<Socket> Held = [];

    /// <summary>
    /// A port of loopback on which a server of this test can listen. It stays bound here, so that nobody else is given it; Linux lets a
    /// server that sets SO_REUSEADDR, as Kestrel and nginx do, share it.
    /// </summary>
    public static int FindFree()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        if (OperatingSystem.IsLinux()) lock (Held) Held.Add(socket);
        else socket.Dispose();
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
