using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace AuthDemo.Measurements;

/// <summary>The whole application on its fixed ports, started as a user starts it.</summary>
internal sealed class AppHostProcess : IAsyncDisposable
{
    /// <summary>Whose answers make the application ready.</summary>
    public static readonly (string Name, Uri Health)[] Services =
    [
        ("keycloak", new Uri("http://localhost:8080/realms/authdemo/.well-known/openid-configuration")),
        ("api", new Uri("http://localhost:5181/health")),
        ("web", new Uri("http://localhost:5180/health")),
    ];

    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(30);

    private readonly Process process;
    private readonly Tail output;

    private AppHostProcess(Process process)
    {
        this.process = process;
        output = Tail.Of(process);
    }

    public static AppHostProcess Start(string checkout)
    {
        var start = new ProcessStartInfo("dotnet", ["run", "--no-build", "--project", "AppHost"])
        {
            WorkingDirectory = checkout,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return new AppHostProcess(Process.Start(start)!);
    }

    /// <summary>After a stop the orchestrator holds the ports for some seconds.</summary>
    /// <exception cref="MeasurementException">A port stays taken.</exception>
    public static async Task WaitForPortsAsync(CancellationToken cancellation)
    {
        foreach (var (name, health) in Services)
        {
            var watch = Stopwatch.StartNew();
            while (await IsTakenAsync(health.Port, cancellation))
            {
                if (watch.Elapsed > StopLimit)
                    throw new MeasurementException($"Port {health.Port} is taken: end what uses it, for {name} needs it.");
                await Task.Delay(200, cancellation);
            }
        }
    }

    /// <summary>The time from now until each service is healthy.</summary>
    /// <exception cref="MeasurementException">The AppHost ended, or a service is not healthy in time.</exception>
    public async Task<TimeSpan[]> WaitUntilHealthyAsync(Stopwatch watch, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(StartLimit);
        var healthy = Task.WhenAll(Services.Select(service => TimeAsync(service.Health)));
        var ended = process.WaitForExitAsync(limit.Token);
        if (await Task.WhenAny(healthy, ended) == healthy && healthy.IsCompletedSuccessfully) return await healthy;

        await limit.CancelAsync();
        cancellation.ThrowIfCancellationRequested();
        throw new MeasurementException(
            $"The application did not become healthy: run 'dotnet build', then the AppHost by itself. It said:\n{output}");

        async Task<TimeSpan> TimeAsync(Uri health)
        {
            await Polling.UntilHealthyAsync(health, limit.Token);
            return watch.Elapsed;
        }
    }

    /// <summary>Asks politely first: dotnet run hands the signal on, and the AppHost stops its resources in order.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!OperatingSystem.IsWindows() && !process.HasExited) await AskToEndAsync();
        if (!process.HasExited) process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private async Task AskToEndAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]);
        using var limit = new CancellationTokenSource(StopLimit);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            Console.WriteLine($"The AppHost did not stop within {StopLimit.TotalSeconds} s of SIGTERM, and is killed.");
        }
    }

    private static async Task<bool> IsTakenAsync(int port, CancellationToken cancellation)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, port, cancellation);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
