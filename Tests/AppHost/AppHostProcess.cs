using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace AuthDemo.Tests.AppHost;

/// <summary>The AppHost as the user starts it, as a process of its own, on random ports.</summary>
internal sealed class AppHostProcess : IDisposable
{
    private readonly string mark = Guid.NewGuid().ToString();
    private readonly ConcurrentQueue<string?> lines = new();
    private readonly Process process;

    /// <param name="arguments">Settings, as <c>--NAME=value</c>.</param>
    /// <param name="environment">Variables that the resources inherit too, as <c>NAME</c> and value.</param>
    public AppHostProcess(string[] arguments, params (string Name, string Value)[] environment)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Its children are found in Linux's /proc.");
        // Its build output lies in its project's folder as this one's lies in Tests.
        var output = Path.GetRelativePath(Repository.PathOf("Tests"), AppContext.BaseDirectory);
        var start = new ProcessStartInfo("env",
        [
            "--default-signal=INT", // which a shell's background job ignores, and so does what it starts
            "dotnet", Path.Combine(Repository.PathOf("AppHost"), output, "AppHost.dll"), .. arguments,
        ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var settings = File.ReadAllText(Repository.PathOf("AppHost/Properties/launchSettings.json"));
        var profile = JsonNode.Parse(settings)!["profiles"]!["http"]!;
        foreach (var (name, value) in profile["environmentVariables"]!.AsObject()) start.Environment[name] = (string)value!;
        start.Environment["ASPNETCORE_URLS"] = (string)profile["applicationUrl"]!;
        process = Process.Start(start.UseSettings([("KEYCLOAK_HOME", ""), ("STARTED_BY_TEST", mark), .. environment]))!;
        process.OutputDataReceived += (_, line) => lines.Enqueue(line.Data);
        process.ErrorDataReceived += (_, line) => lines.Enqueue(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public static AppHostProcess StartAnywhere(params (string Name, string Value)[] environment) =>
        new(["--DcpPublisher:RandomizePorts=true", "--ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL=", "--IdentityProvider=StandIn"], environment);

    public string Output => string.Join('\n', lines);

    public void Signal(string name) => Process.Start("kill", [$"-{name}", $"{process.Id}"]).WaitForExit();

    /// <summary>All of its processes that run: itself, the orchestrator and what that has started.</summary>
    public int CountProcesses()
    {
        var start = new ProcessStartInfo("sh", ["-c", $"grep -lsz {mark} /proc/[0-9]*/environ"]) { RedirectStandardOutput = true };
        using var grep = Process.Start(start)!;
        return grep.StandardOutput.ReadToEnd().Count(character => character == '\n');
    }

    public Task WaitForLineAsync(string text) =>
        Wait.UntilAsync(text, () => Output.Contains(text, StringComparison.Ordinal), () => Output);

    public async Task<int> WaitForExitAsync()
    {
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(2));
        return process.ExitCode;
    }

    public async Task AssertRefusedAsync(string sentence)
    {
        Assert.Equal(1, await WaitForExitAsync());
        Assert.StartsWith(sentence, Output.Trim().Split('\n')[^1], StringComparison.Ordinal);
        Assert.DoesNotContain("xception", Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", Output, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        process.Kill();
        process.Dispose();
    }
}
