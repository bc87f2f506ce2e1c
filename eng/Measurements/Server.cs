using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace AuthDemo.Measurements;

/// <summary>A measured server: a child process that ends with this one, and the connection to the probe inside it.</summary>
internal sealed class Server : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private readonly Process process;
    private readonly Tail output;
    private TcpClient? probe;

    private Server(Application application, Uri address, Process process)
    {
        (Application, Address, this.process) = (application, address, process);
        output = Tail.Of(process);
    }

    public Application Application { get; }

    public string Name => Application.Name;

    public Uri Address { get; }

    /// <summary>Starts a server on a free port, and returns once it is ready.</summary>
    /// <exception cref="MeasurementException">It ended, or did not answer in time.</exception>
    public static async Task<Server> StartAsync(Application application, CancellationToken cancellation)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var address = new Uri($"http://localhost:{FreePort()}"); // the name that Web is registered with
        var server = new Server(application, address, Process.Start(StartInfo(application, address, PortOf(listener)))!);
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            limit.CancelAfter(StartLimit);
            var ended = server.process.WaitForExitAsync(limit.Token);
            var ready = server.BecomeReadyAsync(listener, limit.Token);
            if (await Task.WhenAny(ended, ready) == ended && !cancellation.IsCancellationRequested)
                throw new MeasurementException($"{application.Name} did not start. It said:\n{server.output}");
            await ready;
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <exception cref="MeasurementException">The server has ended.</exception>
    public async Task<Usage> ReadUsageAsync(CancellationToken cancellation)
    {
        try
        {
            var stream = probe!.GetStream();
            var answer = new byte[3 * sizeof(long)];
            await stream.WriteAsync(new byte[1], cancellation);
            await stream.ReadExactlyAsync(answer, cancellation);
            return new Usage(new TimeSpan(Figure(0)), Figure(1), Figure(2));

            long Figure(int index) => BitConverter.ToInt64(answer, index * sizeof(long));
        }
        catch (IOException)
        {
            throw new MeasurementException($"{Name} ended during the measurement. It said:\n{output}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        probe?.Dispose();
        if (!process.HasExited) process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private async Task BecomeReadyAsync(TcpListener listener, CancellationToken cancellation)
    {
        probe = await listener.AcceptTcpClientAsync(cancellation);
        probe.NoDelay = true;
        await Polling.UntilHealthyAsync(new Uri(Address, Application.Ready), cancellation);
    }

    private static ProcessStartInfo StartInfo(Application application, Uri address, int probePort)
    {
        var start = new ProcessStartInfo("dotnet", [Build.Output(application.Project)])
        {
            WorkingDirectory = Path.Combine(Build.Root, application.Project),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["ASPNETCORE_URLS"] = address.ToString();
        start.Environment["DOTNET_STARTUP_HOOKS"] = Build.Output("eng/Probe");
        start.Environment["BENCHMARK_PROBE_PORT"] = $"{probePort}";
        foreach (var (name, value) in application.Settings) start.Environment[name] = value;
        return start;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return PortOf(listener);
    }

    private static int PortOf(TcpListener listener) => ((IPEndPoint)listener.LocalEndpoint).Port;
}
