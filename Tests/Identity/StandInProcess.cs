using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace AuthDemo.Tests.Identity;

/// <summary>The stand-in by itself, on a free port, as <c>dotnet run</c> starts it.</summary>
public sealed class StandInProcess : IDisposable
{
    private readonly Lazy<Task<Uri>> start;
    private readonly (string Name, string Value)[] settings;
    private Process? process;

    public StandInProcess() : this([])
    {
    }

    internal StandInProcess(params (string Name, string Value)[] environment)
    {
        settings = environment;
        start = new(StartCoreAsync);
    }

    /// <summary>Its address, once it listens. </summary>
    public Task<Uri> StartAsync()
    {
        return start.Value;
    }

    /// <summary>Runs the stand-in until it ends by itself.</summary>
    /// <param name="environment">Its settings, as <c>NAME</c> and value.</param>
    /// <returns>The exit code, and what it wrote on standard error.</returns>
    public static async Task<(int ExitCode, string Error)> RunToEndAsync(params (string Name, string Value)[] environment)
    {
        using var process = Run(environment);
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        try
        {
            var error = process.StandardError.ReadToEndAsync(timeout.Token);
            await process.WaitForExitAsync(timeout.Token);
            return (process.ExitCode, await error);
        }
        finally
        {
            process.Kill();
        }
    }

    public static int FindFreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public void Dispose()
    {
        process?.Kill();
        process?.Dispose();
    }

    private static string Folder => Repository.PathOf("StandIn");

    private async Task<Uri> StartCoreAsync()
    {
        var port = FindFreePort();
        process = Run([.. settings, ("PORT", $"{port}")]);
        _ = process.StandardError.ReadToEndAsync();
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.Contains("listens on", StringComparison.Ordinal)) return new Uri($"http://localhost:{port}");
        }

        throw new InvalidOperationException($"The stand-in ended with exit code {process.ExitCode} before it listened.");
    }

    private static Process Run((string Name, string Value)[] environment)
    {
        var info = new ProcessStartInfo("dotnet", ["run", "--no-build", "--no-launch-profile"]) { WorkingDirectory = Folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var name in info.Environment.Keys.Where(k => k is "KEYS" or "REALMS" or "WEB_URL" or "WEB_CLIENT_SECRET" || k.StartsWith("OTEL_", StringComparison.Ordinal)).ToList()) info.Environment.Remove(name);
        foreach (var (name, value) in environment) info.Environment[name] = value;
        return Process.Start(info)!;
    }
}
