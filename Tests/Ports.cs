using System.Net.Sockets;

namespace AuthDemo.Tests;

internal static class Ports
{
    private static readonly List<Socket> Held = [];

    /// <summary>A free port. It stays bound, so that nobody else is given it; Kestrel and nginx share it (SO_REUSEADDR).</summary>
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
