using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Text;

namespace AuthDemo.Tests.Engine;

/// <summary>The AppHost as the user starts it, as a process of its own.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class AppHostProcessTests
{
    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task Signal_stops_everything_and_the_exit_code_is_0(string signal)
    {
        using var appHost = new AppHostProcess("--DcpPublisher:RandomizePorts=true");
        await appHost.WaitForLineAsync("AuthDemo is running");
        var children = appHost.Children;
        Assert.True(children.Count >= 4, "the dashboard, keycloak, api and web");

        appHost.Signal(signal);

        Assert.Equal(0, await appHost.WaitForExitAsync());
        Assert.DoesNotContain(children, Processes.IsAlive);
    }

    [Fact]
    public async Task No_child_is_left_5_seconds_after_kill_9()
    {
        using var appHost = new AppHostProcess("--DcpPublisher:RandomizePorts=true");
        await appHost.WaitForLineAsync("AuthDemo is running");
        var children = appHost.Children;
        Assert.True(children.Count >= 4, "the dashboard, keycloak, api and web");

        appHost.Signal("KILL");

        var end = DateTime.UtcNow.AddSeconds(5);
        while (children.Any(Processes.IsAlive) && DateTime.UtcNow < end) await Task.Delay(100, TestContext.Current.CancellationToken);
        Assert.DoesNotContain(children, Processes.IsAlive);
    }

    [Fact]
    public async Task Banner_says_what_runs_where_and_who_can_log_in()
    {
        using var appHost = new AppHostProcess("--DcpPublisher:RandomizePorts=true");

        await appHost.WaitForLineAsync("engine  ");

        foreach (var expected in new[] { "http://localhost:", "/login?t=", "alice (password alice; user)", "admin (password admin; user, admin)", "KEYCLOAK_HOME", "-p:Engine=Aspire" })
        {
            Assert.Contains(expected, appHost.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Port_in_use_ends_the_start_with_one_sentence_and_exit_code_1()
    {
        using var occupant = new TcpListener(IPAddress.Loopback, 0);
        occupant.Start();
        var port = ((IPEndPoint)occupant.LocalEndpoint).Port;

        using var appHost = new AppHostProcess($"--ASPNETCORE_URLS=http://localhost:{port}");

        Assert.Equal(1, await appHost.WaitForExitAsync());
        Assert.StartsWith($"Port {port}, which aspire-dashboard needs, is in use by another program", appHost.Output, StringComparison.Ordinal);
        Assert.Contains("AppHost/Properties/launchSettings.json", appHost.Output, StringComparison.Ordinal);
        Assert.Single(appHost.Output.Trim().Split('\n'));
    }

    [Theory]
    [InlineData("v18.20.4", "is v18.20.4")]
    [InlineData(null, "was not found")]
    public async Task Missing_or_old_Node_ends_the_start_with_what_to_install_and_exit_code_1(string? version, string expected)
    {
        var programs = Directory.CreateTempSubdirectory();
        File.CreateSymbolicLink(Path.Combine(programs.FullName, "bash"), "/bin/bash");
        File.CreateSymbolicLink(Path.Combine(programs.FullName, "sleep"), "/bin/sleep");
        if (version is not null)
        {
            var node = Path.Combine(programs.FullName, "node");
            await File.WriteAllTextAsync(node, $"#!/bin/bash\necho {version}\n", TestContext.Current.CancellationToken);
            File.SetUnixFileMode(node, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        using var appHost = new AppHostProcess("--DcpPublisher:RandomizePorts=true", path: programs.FullName);

        Assert.Equal(1, await appHost.WaitForExitAsync());
        Assert.Contains("Node.js 20 or newer is needed for Keycloak's stand-in", appHost.Output, StringComparison.Ordinal);
        Assert.Contains(expected, appHost.Output, StringComparison.Ordinal);
        programs.Delete(recursive: true);
    }

    private sealed class AppHostProcess : IDisposable
    {
        private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
        private readonly Process process;
        private readonly StringBuilder output = new();

        public AppHostProcess(string argument, string? path = null)
        {
            var start = new ProcessStartInfo(AuthDemo.AppHost.Local.DotNet.Program, [new Projects.AppHost().AssemblyPath, argument])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            start.Environment["KEYCLOAK_HOME"] = "";
            if (path is not null) start.Environment["PATH"] = path;
            process = new Process { StartInfo = start };
            process.OutputDataReceived += Keep;
            process.ErrorDataReceived += Keep;
            process.Start();
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
        }

        public string Output
        {
            get { lock (output) return output.ToString(); }
        }

        public IReadOnlyList<int> Children => Processes.DescendantsOf(process.Id);

        public void Signal(string name) => Process.Start("kill", [$"-{name}", $"{process.Id}"]).WaitForExit();

        public async Task WaitForLineAsync(string text)
        {
            for (var end = DateTime.UtcNow + Patience; DateTime.UtcNow < end && !process.HasExited; await Task.Delay(100, TestContext.Current.CancellationToken))
            {
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

        public void Dispose()
        {
            if (!process.HasExited) process.Kill();
            process.Dispose();
        }

        private void Keep(object sender, DataReceivedEventArgs line)
        {
            lock (output) output.AppendLine(line.Data);
        }
    }
}
