using System.Globalization;
using System.Net;
using System.Net.Sockets;

/// <summary>
/// DOTNET_STARTUP_HOOKS loads this into each measured server. It answers every byte from the benchmark with what the process has used so
/// far, and ends the process when the benchmark is gone.
/// </summary>
internal static class StartupHook
{
    public static void Initialize()
    {
        var port = int.Parse(Environment.GetEnvironmentVariable("BENCHMARK_PROBE_PORT")!, CultureInfo.InvariantCulture);
        new Thread(() => Answer(port)) { IsBackground = true, Name = "Benchmark probe" }.Start();
    }

    private static void Answer(int port)
    {
        using var client = new TcpClient();
        client.Connect(IPAddress.Loopback, port);
        using var stream = client.GetStream();
        using var writer = new BinaryWriter(stream);
        while (IsAsked(stream))
        {
            writer.Write(Environment.CpuUsage.TotalTime.Ticks);
            writer.Write(GC.GetTotalAllocatedBytes(precise: true));
            writer.Write(Environment.WorkingSet);
            writer.Flush();
        }

        Environment.Exit(0);
    }

    private static bool IsAsked(NetworkStream stream)
    {
        try
        {
            return stream.ReadByte() >= 0;
        }
        catch (IOException)
        {
            // The benchmark was killed.
            return false;
        }
    }
}
