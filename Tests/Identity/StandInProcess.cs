namespace AuthDemo.Tests.Identity;

/// <summary>The stand-in by itself, on a free port, as a process: realm files take settings from its environment.</summary>
/// <param name="environment">Its settings. Without others it takes the realm files of the AppHost and new keys.</param>
internal sealed class StandInProcess(params (string Name, string Value)[] environment) : IDisposable
{
    private readonly Process process = new() { StartInfo = Configure(environment) };

    public async Task<IdentityProviderUnderTest> StartAsync()
    {
        process.Start();
        var error = process.StandardError.ReadToEndAsync();
        var listens = new TaskCompletionSource<string>();
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data?.Split("listens on ") is [_, var address]) listens.TrySetResult(address.TrimEnd('.'));
        };
        process.BeginOutputReadLine();
        await Wait.UntilAsync("the stand-in listens or ends", () => listens.Task.IsCompleted || process.HasExited);
        if (!listens.Task.IsCompleted) throw new InvalidOperationException($"The stand-in ended with {process.ExitCode}: {await error}");
        return new(new Uri(await listens.Task), new Uri("http://localhost:5180"));
    }

    public void Dispose()
    {
        process.Kill();
        process.Dispose();
    }

    private static ProcessStartInfo Configure((string Name, string Value)[] environment)
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
        foreach (var name in info.Environment.Keys.Where(name => name.StartsWith("OTEL_") || name.StartsWith("WEB_")))
            info.Environment.Remove(name);
        info.Environment["REALMS"] = Repository.PathOf("AppHost/Realms");
        info.Environment["NEW_KEYS"] = "true";
        info.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        foreach (var (name, value) in environment) info.Environment[name] = value;
        return info;
    }
}

internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("authdemo-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
