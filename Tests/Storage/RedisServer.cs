using System.Diagnostics;
using AuthDemo.Tests.Identity;

namespace AuthDemo.Tests.Storage;

/// <summary>
/// A real redis-server on a random port, which keeps what it has been told across its restarts. Tests are skipped, with the reason, where
/// none is installed.
/// </summary>
public sealed class RedisServer : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private Process? process;

    public int Port { get; } = Ports.FindFree();

    public string ConnectionString => $"127.0.0.1:{Port}";

    public async Task StartAsync()
    {
        if (process is { HasExited: false }) return;
        var program = Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator)
            .Select(path => Path.Combine(path, "redis-server")).FirstOrDefault(File.Exists);
        Assert.SkipWhen(program is null, "No Redis is installed: install the package redis-server.");
        process = Process.Start(new ProcessStartInfo(program,
            ["--port", $"{Port}", "--bind", "127.0.0.1", "--dir", folder.Path, "--appendonly", "yes", "--appendfsync", "always"])
        {
            RedirectStandardOutput = true,
        })!;
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (!line.Contains("Ready to accept connections", StringComparison.Ordinal)) continue;
            _ = process.StandardOutput.ReadToEndAsync(); // or it stops once the pipe is full
            return;
        }

        throw new InvalidOperationException("redis-server ended before it accepted connections.");
    }

    /// <summary>As a crash ends it.</summary>
    public void Kill()
    {
        process!.Kill();
        process.WaitForExit();
    }

    /// <summary>It keeps its connections and answers nothing more; <c>CONT</c> goes on.</summary>
    /// <param name="name">The signal's name: STOP or CONT.</param>
    public void Signal(string name) => Process.Start("kill", [$"-{name}", $"{process!.Id}"]).WaitForExit();

    public void Dispose()
    {
        if (process is not null)
        {
            Kill();
            process.Dispose();
        }

        folder.Dispose();
    }
}
