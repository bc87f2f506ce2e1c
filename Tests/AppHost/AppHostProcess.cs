using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace AuthDemo.Tests.AppHost;

/// <summary>The AppHost as the user starts it, as a process of its own, on random ports.</summary>
internal sealed class AppHostProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private readonly Process process;
    private readonly StringBuilder written = new();

    /// <param name="arguments">Settings, as <c>--NAME=value</c>.</param>
    /// <param name="environment">Variables that the resources inherit too, as <c>NAME</c> and value.</param>
    public AppHostProcess(string[] arguments, params (string Name, string Value)[] environment)
    {
        // Its build output lies in its project's folder as this one's lies in Tests.
        var output = Path.GetRelativePath(Repository.PathOf("Tests"), AppContext.BaseDirectory);
        string[] command = ["dotnet", Path.Combine(Repository.PathOf("AppHost"), output, "AppHost.dll"), .. arguments];
        // A shell's background job ignores Ctrl+C, and so does what it starts: the AppHost would too.
        if (OperatingSystem.IsLinux()) command = ["env", "--default-signal=INT", .. command];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in LaunchSettings()) start.Environment[name] = value;
        start.Environment["KEYCLOAK_HOME"] = "";
        foreach (var (name, value) in environment) start.Environment[name] = value;
        process = new Process { StartInfo = start };
        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Starts it with random ports for everything and the stand-in.</summary>
    public static AppHostProcess StartAnywhere(params (string Name, string Value)[] environment) =>
        new(["--DcpPublisher:RandomizePorts=true", "--ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL=", "--IdentityProvider=StandIn"], environment);

    public string Output
    {
        get { lock (written) return written.ToString(); }
    }

    /// <summary>All that it has started, the orchestrator and its children included.</summary>
    public IReadOnlyList<int> Children => Processes.StartedBy(process.Id);

    public void Signal(string name) => Process.Start("kill", [$"-{name}", $"{process.Id}"]).WaitForExit();

    public async Task WaitForLineAsync(string text)
    {
        for (var end = DateTime.UtcNow + Patience; DateTime.UtcNow < end && !process.HasExited;)
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
            if (Output.Contains(text, StringComparison.Ordinal)) return;
        }

        Assert.Fail($"The AppHost did not say '{text}'. It said:\n{Output}");
    }

    public async Task<int> WaitForExitAsync()
    {
        using var timeout = new CancellationTokenSource(Patience);
        await process.WaitForExitAsync(timeout.Token);
        return process.ExitCode;
    }

    /// <summary>That it ends with exit code 1, and with one sentence where others have a stack trace.</summary>
    public async Task AssertRefusedAsync(string sentence)
    {
        Assert.Equal(1, await WaitForExitAsync());
        var last = Output.Trim().Split('\n')[^1];
        Assert.StartsWith(sentence, last, StringComparison.Ordinal);
        Assert.DoesNotContain("xception", Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", Output, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        if (!process.HasExited) process.Kill();
        process.Dispose();
    }

    private static IEnumerable<(string Name, string Value)> LaunchSettings()
    {
        var file = File.ReadAllText(Repository.PathOf("AppHost/Properties/launchSettings.json"));
        var settings = JsonSerializer.Deserialize<JsonElement>(file);
        var profile = settings.GetProperty("profiles").GetProperty("http");
        foreach (var variable in profile.GetProperty("environmentVariables").EnumerateObject())
            yield return (variable.Name, variable.Value.GetString()!);
        yield return ("ASPNETCORE_URLS", profile.GetProperty("applicationUrl").GetString()!);
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (written) written.AppendLine(line.Data);
    }
}
