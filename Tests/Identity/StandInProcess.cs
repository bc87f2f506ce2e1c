using System.Diagnostics;

namespace AuthDemo.Tests.Identity;

/// <summary>
/// The stand-in by itself, on a free port. It runs as a process: Api and Web are tested on the Microsoft.IdentityModel that they ship with,
/// and the stand-in's is newer.
/// </summary>
public sealed class StandInProcess : IDisposable
{
    private static readonly string[] Settings = ["KEYS", "NEW_KEYS", "REALMS", "WEB_URL", "WEB_CLIENT_SECRET", "ASPNETCORE_URLS"];

    private readonly Lazy<Task<IdentityProviderUnderTest>> start;
    private readonly (string Name, string Value)[] environment;
    private Process? process;

    public StandInProcess() : this([])
    {
    }

    /// <param name="environment">Its settings. Without others it takes the realm files of the AppHost and new keys.</param>
    internal StandInProcess(params (string Name, string Value)[] environment)
    {
        this.environment = environment;
        start = new(StartCoreAsync);
    }

    /// <summary>Waits until it listens. The first call starts it.</summary>
    public Task<IdentityProviderUnderTest> StartAsync() => start.Value;

    /// <summary>Runs the stand-in until it ends by itself.</summary>
    /// <returns>The exit code, and what it wrote on standard error.</returns>
    public static async Task<(int ExitCode, string Error)> RunToEndAsync(params (string Name, string Value)[] environment)
    {
        using var process = Run(environment);
        using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(2));
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

    public void Dispose()
    {
        process?.Kill();
        process?.Dispose();
    }

    private async Task<IdentityProviderUnderTest> StartCoreAsync()
    {
        process = Run(environment);
        var error = process.StandardError.ReadToEndAsync();
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (!line.Contains("listens on ", StringComparison.Ordinal)) continue;
            _ = process.StandardOutput.ReadToEndAsync(); // or it stops once the pipe is full
            return new(new Uri(line.Split("listens on ")[1].TrimEnd('.')), new Uri("http://localhost:5180"));
        }

        throw new InvalidOperationException($"The stand-in ended before it listened: {await error}");
    }

    private static bool IsSetting(string name) => Settings.Contains(name) || name.StartsWith("OTEL_", StringComparison.Ordinal);

    private static Process Run((string Name, string Value)[] environment)
    {
        // It is built with the tests, by way of the AppHost, to the same configuration and framework.
        var folders = AppContext.BaseDirectory.Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries);
        var output = Repository.PathOf($"StandIn/bin/{folders[^2]}/{folders[^1]}");
        var info = new ProcessStartInfo("dotnet", [Path.Combine(output, "StandIn.dll")])
        {
            WorkingDirectory = output,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in info.Environment.Keys.Where(IsSetting).ToList())
            info.Environment.Remove(name);
        info.Environment["REALMS"] = Repository.PathOf("AppHost/Realms");
        info.Environment["NEW_KEYS"] = "true";
        info.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        foreach (var (name, value) in environment) info.Environment[name] = value;
        return Process.Start(info)!;
    }
}

internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("authdemo-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
