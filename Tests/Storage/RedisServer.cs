using AuthDemo.Tests.Identity;

namespace AuthDemo.Tests.Storage;

/// <summary>A real redis-server on a socket of its own, which keeps what it has been told across its restarts.</summary>
public sealed class RedisServer : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private Process? process;

    public string ConnectionString => "!" + Path.Combine(folder.Path, "redis.sock");

    public async Task StartAsync()
    {
        if (process is { HasExited: false })
        {
            Signal("CONT");
            return;
        }

        var program = Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator)
            .Select(path => Path.Combine(path, "redis-server")).FirstOrDefault(File.Exists);
        Assert.SkipWhen(program is null, "No Redis is installed: install the package redis-server.");
        var start = new ProcessStartInfo(program,
            ["--port", "0", "--unixsocket", ConnectionString[1..], "--dir", folder.Path, "--appendonly", "yes", "--appendfsync", "always"])
        {
            RedirectStandardOutput = true,
        };
        process = Process.Start(start)!;
        var said = "";
        while (!said.Contains("eady to accept connections"))
            said = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException($"redis-server has ended: {said}");
        _ = process.StandardOutput.ReadToEndAsync(); // or it stops once the pipe is full
    }

    /// <param name="name">KILL ends it as a crash does; STOP has it keep its connections and answer nothing more, until CONT.</param>
    public void Signal(string name)
    {
        Process.Start("kill", [$"-{name}", $"{process!.Id}"]).WaitForExit();
        if (name == "KILL") process.WaitForExit();
    }

    public void Dispose()
    {
        process?.Kill();
        process?.WaitForExit();
        process?.Dispose();
        folder.Dispose();
    }
}
