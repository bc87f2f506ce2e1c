using System.Net.Sockets;
using AuthDemo.AppHost.Keycloak;
using AuthDemo.Tests.Identity;

namespace AuthDemo.Tests.AppHost;

[Trait("Needs", "Processes")]
public sealed class AppHostProcessTests
{
    [Theory]
    [InlineData("INT")]
    [InlineData("KILL")]
    public async Task Start_ends_in_a_banner_and_a_signal_leaves_nothing_behind(string signal)
    {
        using var appHost = AppHostProcess.StartAnywhere();
        foreach (var expected in (string[])["AuthDemo is running", "web         http://localhost:", "/login?t=",
            "alice (password alice; user)", "admin (password admin; user, admin)", "The identity provider is Keycloak's stand-in"])
            await appHost.WaitForLineAsync(expected);
        var processes = appHost.CountProcesses();
        Assert.True(processes >= 6, $"itself, the orchestrator, the dashboard, keycloak, api and web, but {processes}");

        appHost.Signal(signal);
        var exitCode = await appHost.WaitForExitAsync();
        if (signal == "INT") Assert.Equal(0, exitCode);
        Assert.DoesNotContain("xception", appHost.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("ended with exit code", appHost.Output, StringComparison.Ordinal);
        await Wait.UntilAsync("all processes have ended", () => appHost.CountProcesses() == 0);
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
    [InlineData("--IdentityProvider=Container", "There can be no container of Keycloak, because ")]
    [InlineData("--IdentityProvider=Docker", "The setting IdentityProvider is 'Docker'")]
    [InlineData("--KEYCLOAK_HOME=/nowhere", "KEYCLOAK_HOME names /nowhere")]
    [InlineData("--Replicas=two", "The setting Replicas is 'two': set it to a number from 1 to 8")]
    [InlineData("--Replicas=0", "The setting Replicas is '0'")]
    [InlineData("--Replicas=9", "The setting Replicas is '9'")]
    [InlineData("--Replicas=2", "Replicas=2 needs Redis, whose container cannot run because ")]
    public async Task What_cannot_run_ends_the_start_with_one_sentence_and_exit_code_1(string argument, string expected)
    {
        using var appHost = new AppHostProcess(
            ["--DcpPublisher:RandomizePorts=true", "--ASPIRE_CONTAINER_RUNTIME=docker", argument],
            ("DOCKER_HOST", "tcp://127.0.0.1:1")); // nobody is there
        await appHost.AssertRefusedAsync(expected);
    }

    [Fact]
    public async Task Port_that_stays_taken_ends_the_start_after_a_while_in_which_others_become_free()
    {
        using var stopped = new TcpListener(IPAddress.Loopback, 0);
        using var other = new TcpListener(IPAddress.Loopback, 0);
        stopped.Start();
        other.Start();
        var (first, second) = (((IPEndPoint)stopped.LocalEndpoint).Port, ((IPEndPoint)other.LocalEndpoint).Port);
        using var appHost = new AppHostProcess(["--IdentityProvider=StandIn",
            $"--ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL=http://localhost:{first}", $"--ASPNETCORE_URLS=http://localhost:{second}"]);
        await appHost.WaitForLineAsync(" is in use: waiting, since a run that was just stopped may still hold it");

        stopped.Stop();

        await appHost.AssertRefusedAsync("Port "); // this one, or another where AuthDemo runs on this machine
        Assert.Contains(" needs, is in use: stop the program that has it", appHost.Output, StringComparison.Ordinal);
        Assert.DoesNotContain($"Port {first}, which", appHost.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Manifest_holds_the_container_and_no_secret_or_is_refused_in_one_sentence()
    {
        using var folder = new TemporaryFolder();
        using var appHost = new AppHostProcess(["--publisher", "manifest", "--output-path", folder.Path]);
        var manifest = Path.Combine(folder.Path, "aspire-manifest.json");
        if (KeycloakContainer.IsAvailable)
        {
            Assert.Equal(0, await appHost.WaitForExitAsync());
            var text = await File.ReadAllTextAsync(manifest, TestContext.Current.CancellationToken);
            var resources = JsonDocument.Parse(text).RootElement.GetProperty("resources");
            Assert.Equal("container.v0", resources.GetProperty("keycloak").GetProperty("type").GetString());
            var keycloak = resources.GetProperty("keycloak").GetProperty("env");
            Assert.Equal("{keycloak-url.value}", keycloak.GetProperty("KC_HOSTNAME").GetString());
            var web = resources.GetProperty("web").GetProperty("env");
            Assert.Equal("{web-host.value};web", web.GetProperty("AllowedHosts").GetString());
            Assert.Equal(
                "{web-client-secret.value}", web.GetProperty("Authentication__Schemes__OpenIdConnect__ClientSecret").GetString());
            foreach (var unwanted in (string[])["development-secret", "DASHBOARD_URL", "localhost", Repository.PathOf("")])
                Assert.DoesNotContain(unwanted, text, StringComparison.Ordinal);
        }
        else
        {
            await appHost.AssertRefusedAsync("There can be no container of Keycloak, because ");
            Assert.False(File.Exists(manifest));
        }
    }
}
