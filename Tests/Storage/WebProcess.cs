using System.Diagnostics;
using AuthDemo.Web.Lab.Scenarios;

namespace AuthDemo.Tests.Storage;

/// <summary>Web as a process of its own, which a test can kill and start again at the same address.</summary>
public sealed class WebProcess(string authority, string redis, int? port = null) : IDisposable
{
    private Process? process;

    public Uri Address { get; } = new($"http://localhost:{port ?? Ports.FindFree()}");

    public async Task StartAsync()
    {
        var start = new ProcessStartInfo("dotnet", [typeof(Scenario).Assembly.Location, "--urls", $"http://127.0.0.1:{Address.Port}"])
        {
            WorkingDirectory = Repository.PathOf("Web"),
            RedirectStandardOutput = true,
        };
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        start.UseSettings([.. RequiredSettings.OfWeb(authority), ("ConnectionStrings:sessions", redis)]);
        process = Process.Start(start)!;
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (!line.Contains("Application started", StringComparison.Ordinal)) continue;
            _ = process.StandardOutput.ReadToEndAsync(); // or it stops once the pipe is full
            return;
        }

        throw new InvalidOperationException("Web ended before it listened.");
    }

    /// <summary>As <c>kill -9</c> does: nothing that it has in memory is saved.</summary>
    public void Kill()
    {
        process!.Kill();
        process.WaitForExit();
    }

    public void Dispose()
    {
        if (process is null) return;
        Kill();
        process.Dispose();
    }
}
