using AuthDemo.AppHost.Keycloak;
using AuthDemo.Tests.Identity;

namespace AuthDemo.Tests.AppHost;

public sealed class IdentityProviderChoiceTests
{
    [Theory]
    [InlineData("StandIn", "keycloak", true, "StandIn", "as IdentityProvider says. For the real one set KEYCLOAK_HOME")]
    [InlineData("distribution", "keycloak", true, "Distribution", "The identity provider is the Keycloak in ")]
    [InlineData("Container", "keycloak", true, "Container", "in a container. IdentityProvider=StandIn runs without it.")]
    [InlineData("", "keycloak", true, "Distribution", "IdentityProvider=StandIn runs without it.")]
    [InlineData("", null, true, "Container", "in a container.")]
    [InlineData("", null, false, "StandIn", "because docker does not run. For the real one set KEYCLOAK_HOME")]
    [InlineData("Container", null, false, null, "because docker does not run. IdentityProvider=StandIn runs without it.")]
    [InlineData("Distribution", null, true, null, "KEYCLOAK_HOME names nothing: it must name an unpacked Keycloak, with a bin/kc.sh.")]
    [InlineData("Distribution", "/nowhere", true, null, "KEYCLOAK_HOME names /nowhere: it must name an unpacked Keycloak")]
    [InlineData("", "/nowhere", true, null, "KEYCLOAK_HOME names /nowhere: it must name an unpacked Keycloak")]
    [InlineData("Docker", "keycloak", true, null, "The setting IdentityProvider is 'Docker': set it to Container, Distribution or StandIn")]
    [InlineData("1", "keycloak", true, null, "The setting IdentityProvider is '1'")]
    public void The_setting_comes_first_then_KEYCLOAK_HOME_then_the_container_where_one_can_run(
        string wanted, string? home, bool hasRuntime, string? expected, string said)
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(Path.Combine(folder.Path, "keycloak", "bin"));
        File.WriteAllText(Path.Combine(folder.Path, "keycloak", "bin", "kc.sh"), "");
        var choice = IdentityProviderChoice.Make(
            wanted, home is null ? null : Path.Combine(folder.Path, home), () => hasRuntime ? null : "docker does not run");
        Assert.Equal(expected, choice.Kind?.ToString());
        Assert.Contains(said, choice.Sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"containers":{"runtime":"docker","installed":true,"running":true}}""", null)]
    [InlineData("""{"containers":{"runtime":"podman","installed":true}}""", "podman does not run (it does not say why)")]
    [InlineData(
        """{"containers":{"runtime":"docker","installed":true,"running":false,"error":"1\nerror\npermission denied: docker.sock."}}""",
        "docker does not run (permission denied: docker.sock)")]
    [InlineData("""{"containers":{"runtime":"docker","installed":false,"running":false}}""", "no container runtime is installed")]
    [InlineData("""{"version":"0.26.6"}""", "no container runtime is installed")]
    [InlineData("{ no JSON", "Aspire's orchestrator cannot tell of any container runtime")]
    public void The_orchestrator_says_why_no_runtime_runs(string info, string? expected) =>
        Assert.Equal(expected, ContainerRuntime.ReadProblem(info));
}
