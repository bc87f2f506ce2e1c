using System.Runtime.Versioning;
using System.Text.Json;
using AuthDemo.AppHost.Keycloak;

namespace AuthDemo.Tests.AppHost;

/// <summary>The AppHost's console and its end.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class AppHostProcessTests
{
    public AppHostProcessTests() => Assert.SkipWhen(OperatingSystem.IsWindows(), "Signals are Unix's.");

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task Start_ends_in_a_banner_and_a_signal_stops_everything_with_exit_code_0(string signal)
    {
        using var appHost = AppHostProcess.StartAnywhere();
        await appHost.WaitForLineAsync("identity provider  ");
        var children = appHost.Children;
        Assert.True(children.Count >= 5, $"the orchestrator, the dashboard, keycloak, api and web, but {children.Count}");
        foreach (var expected in (string[])["AuthDemo is running", "http://localhost:", "/login?t=", "alice (password alice; user)",
            "admin (password admin; user, admin)", "Keycloak's stand-in", "The identity provider is Keycloak's stand-in: "])
        {
            Assert.Contains(expected, appHost.Output, StringComparison.Ordinal);
        }

        Assert.InRange(appHost.Output.Trim().Split('\n').Length, 1, 40);
        var banner = appHost.Output[appHost.Output.IndexOf("AuthDemo is running", StringComparison.Ordinal)..];
        Assert.InRange(banner.Trim().Split('\n').Length, 1, 10);

        appHost.Signal(signal);

        Assert.Equal(0, await appHost.WaitForExitAsync());
        Assert.DoesNotContain("xception", appHost.Output, StringComparison.Ordinal);
        Assert.Empty(await StillAliveAfterAsync(children, TimeSpan.FromSeconds(30)));
    }

    [Theory]
    [InlineData("INT", "The identity provider is")]
    [InlineData("TERM", "Distributed application starting")]
    [InlineData("INT", "Now listening on")]
    public async Task Start_that_is_stopped_ends_with_exit_code_0_and_no_stack_trace(string signal, string moment)
    {
        using var appHost = AppHostProcess.StartAnywhere();
        await appHost.WaitForLineAsync(moment);

        appHost.Signal(signal);

        Assert.Equal(0, await appHost.WaitForExitAsync());
        Assert.DoesNotContain("   at ", appHost.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("xception", appHost.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_left_30_seconds_after_kill_9()
    {
        using var appHost = AppHostProcess.StartAnywhere();
        await appHost.WaitForLineAsync("AuthDemo is running");
        var children = appHost.Children;
        Assert.True(children.Count >= 5, $"the orchestrator, the dashboard, keycloak, api and web, but {children.Count}");

        appHost.Signal("KILL");

        Assert.Empty(await StillAliveAfterAsync(children, TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task Resource_that_ends_by_itself_is_told_with_its_last_line()
    {
        // The Api refuses to start with a setting that it cannot use. Web waits for it: it can be started again in the dashboard.
        using var appHost = AppHostProcess.StartAnywhere(("Authentication__MaxLoginAge", "soon"));

        await appHost.WaitForLineAsync("api ended with exit code 1: The setting Authentication:MaxLoginAge is not usable: 'soon'");

        appHost.Signal("TERM");
        Assert.Equal(0, await appHost.WaitForExitAsync());
        Assert.DoesNotContain("xception", appHost.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--IdentityProvider=Container", "IdentityProvider=Container ")]
    [InlineData("--IdentityProvider=Docker", "The setting IdentityProvider is 'Docker'")]
    [InlineData("--KEYCLOAK_HOME=/nowhere", "KEYCLOAK_HOME names /nowhere, which does not exist")]
    public async Task What_cannot_run_ends_the_start_with_one_sentence_and_exit_code_1(string argument, string expected)
    {
        using var appHost = new AppHostProcess(
            ["--DcpPublisher:RandomizePorts=true", "--ASPIRE_CONTAINER_RUNTIME=docker", argument],
            ("DOCKER_HOST", "tcp://127.0.0.1:1")); // nobody is there

        Assert.Equal(1, await appHost.WaitForExitAsync());
        Assert.StartsWith(expected, appHost.Output, StringComparison.Ordinal);
        Assert.Single(appHost.Output.Trim().Split('\n'));
    }

    [Fact]
    public async Task Start_without_the_launch_settings_says_so_in_one_sentence()
    {
        using var appHost = new AppHostProcess(["--IdentityProvider=StandIn"], ("ASPNETCORE_URLS", ""));

        Assert.Equal(1, await appHost.WaitForExitAsync());
        Assert.EndsWith(
            "start with the launch settings, as 'dotnet run --project AppHost' does.", appHost.Output.Trim(), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", appHost.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Manifest_holds_the_container_and_no_secret_or_is_refused_in_one_sentence()
    {
        var folder = Directory.CreateTempSubdirectory("authdemo-manifest-");
        using var appHost = new AppHostProcess(["--publisher", "manifest", "--output-path", folder.FullName]);
        var exitCode = await appHost.WaitForExitAsync();
        var manifest = Path.Combine(folder.FullName, "aspire-manifest.json");
        if (KeycloakContainer.IsAvailable)
        {
            Assert.Equal(0, exitCode);
            var text = await File.ReadAllTextAsync(manifest, TestContext.Current.CancellationToken);
            var resources = JsonDocument.Parse(text).RootElement.GetProperty("resources");
            Assert.Equal("container.v0", resources.GetProperty("keycloak").GetProperty("type").GetString());
            var web = resources.GetProperty("web").GetProperty("env");
            Assert.Equal("{web-client-secret.value}", web.GetProperty("Authentication__ClientSecret").GetString());
            foreach (var unwanted in (string[])["development-secret", "COMMANDS_KEY", "DASHBOARD_URL", "localhost", Repository.PathOf("")])
                Assert.DoesNotContain(unwanted, text, StringComparison.Ordinal);
        }
        else
        {
            Assert.Equal(1, exitCode);
            Assert.StartsWith("Publishing needs the package Aspire.Hosting.Keycloak", appHost.Output, StringComparison.Ordinal);
            Assert.Single(appHost.Output.Trim().Split('\n'));
            Assert.False(File.Exists(manifest));
        }

        folder.Delete(recursive: true);
    }

    private static async Task<IReadOnlyList<int>> StillAliveAfterAsync(IReadOnlyList<int> processes, TimeSpan patience)
    {
        for (var end = DateTime.UtcNow + patience; processes.Any(Processes.IsAlive) && DateTime.UtcNow < end;)
            await Task.Delay(250, TestContext.Current.CancellationToken);
        return [.. processes.Where(Processes.IsAlive)];
    }
}
