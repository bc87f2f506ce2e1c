using System.Runtime.Versioning;
using System.Text.Json;
using AuthDemo.AppHost.Keycloak;

namespace AuthDemo.Tests.AppHost;

/// <summary>The AppHost's console and its end.</summary>
[UnsupportedOSPlatform("windows")]
[Trait("Needs", "Processes")]
public sealed class AppHostProcessTests
{
    public AppHostProcessTests() => Assert.SkipWhen(OperatingSystem.IsWindows(), "Signals are Unix's.");

    [Theory]
    [InlineData("INT")]
    [InlineData("KILL")]
    public async Task Start_ends_in_a_banner_and_a_signal_leaves_nothing_behind(string signal)
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

        appHost.Signal(signal);

        var exitCode = await appHost.WaitForExitAsync();
        if (signal == "INT") Assert.Equal(0, exitCode);
        Assert.DoesNotContain("xception", appHost.Output, StringComparison.Ordinal);
        await Processes.WaitForEndAsync(children);
    }

    [Fact]
    public async Task Resource_that_ends_by_itself_is_named_with_the_place_of_its_log()
    {
        // The Api does not start with a setting that it cannot use. Web waits for it: it can be started again in the dashboard.
        using var appHost = AppHostProcess.StartAnywhere(("Authentication__ClockSkew", "soon"));

        await appHost.WaitForLineAsync("api ended with exit code ");
        await appHost.WaitForLineAsync("/consolelogs/resource/api");
    }

    [Theory]
    [InlineData("--IdentityProvider=Container", "IdentityProvider=Container cannot run because ")]
    [InlineData("--IdentityProvider=Docker", "The setting IdentityProvider is 'Docker'")]
    [InlineData("--KEYCLOAK_HOME=/nowhere", "KEYCLOAK_HOME names /nowhere")]
    [InlineData("--Replicas=two", "The setting Replicas is 'two': set it to a number from 1 to 8")]
    [InlineData("--Replicas=0", "The setting Replicas is '0'")]
    [InlineData("--Replicas=9", "The setting Replicas is '9'")]
    [InlineData("--Replicas=2", "Replicas=2 needs Redis, and its container cannot run because ")]
    public async Task What_cannot_run_ends_the_start_with_one_sentence_and_exit_code_1(string argument, string expected)
    {
        using var appHost = new AppHostProcess(
            ["--DcpPublisher:RandomizePorts=true", "--ASPIRE_CONTAINER_RUNTIME=docker", argument],
            ("DOCKER_HOST", "tcp://127.0.0.1:1")); // nobody is there

        await appHost.AssertRefusedAsync(expected);
    }

    [Fact]
    public async Task Manifest_holds_the_container_and_no_secret_or_is_refused_in_one_sentence()
    {
        var folder = Directory.CreateTempSubdirectory("authdemo-manifest-");
        using var appHost = new AppHostProcess(["--publisher", "manifest", "--output-path", folder.FullName]);
        var manifest = Path.Combine(folder.FullName, "aspire-manifest.json");
        if (KeycloakContainer.IsAvailable)
        {
            Assert.Equal(0, await appHost.WaitForExitAsync());
            var text = await File.ReadAllTextAsync(manifest, TestContext.Current.CancellationToken);
            var resources = JsonDocument.Parse(text).RootElement.GetProperty("resources");
            Assert.Equal("container.v0", resources.GetProperty("keycloak").GetProperty("type").GetString());
            var web = resources.GetProperty("web").GetProperty("env");
            Assert.Equal(
                "{web-client-secret.value}", web.GetProperty("Authentication__Schemes__OpenIdConnect__ClientSecret").GetString());
            foreach (var unwanted in (string[])["development-secret", "COMMANDS_KEY", "DASHBOARD_URL", "localhost", Repository.PathOf("")])
                Assert.DoesNotContain(unwanted, text, StringComparison.Ordinal);
        }
        else
        {
            await appHost.AssertRefusedAsync("Nothing can be published: ");
            Assert.False(File.Exists(manifest));
        }

        folder.Delete(recursive: true);
    }
}
