using AuthDemo.AppHost.Keycloak;

namespace AuthDemo.Tests.AppHost;

/// <summary>Which identity provider runs, and what is said where the one that was asked for cannot.</summary>
public sealed class IdentityProviderChoiceTests : IDisposable
{
    private readonly DirectoryInfo home = Directory.CreateTempSubdirectory("authdemo-keycloak-");

    public IdentityProviderChoiceTests() => File.WriteAllText(Path.Combine(home.CreateSubdirectory("bin").FullName, "kc.sh"), "");

    public void Dispose() => home.Delete(recursive: true);

    [Theory]
    [InlineData("StandIn", true, true, "StandIn", "as IdentityProvider says. For the real one set KEYCLOAK_HOME")]
    [InlineData("distribution", true, true, "Distribution", "The identity provider is the Keycloak in ")]
    [InlineData("Container", true, true, "Container", "in a container. IdentityProvider=StandIn runs without it.")]
    [InlineData("", true, true, "Distribution", "IdentityProvider=StandIn runs without it.")]
    [InlineData("", false, true, "Container", "in a container.")]
    [InlineData("", false, false, "StandIn", "because docker does not run. For the real one set KEYCLOAK_HOME")]
    [InlineData("Container", false, false, null, "because docker does not run. IdentityProvider=StandIn runs without it.")]
    [InlineData("Distribution", false, true, null, "KEYCLOAK_HOME names nothing: it must name an unpacked Keycloak, with a bin/kc.sh.")]
    [InlineData("Docker", true, true, null, "The setting IdentityProvider is 'Docker': set it to Container, Distribution or StandIn")]
    [InlineData("1", true, true, null, "The setting IdentityProvider is '1'")]
    public void The_setting_comes_first_then_KEYCLOAK_HOME_then_the_container_where_one_can_run(
        string wanted, bool hasHome, bool hasRuntime, string? expected, string said)
    {
        var choice = IdentityProviderChoice.Make(
            wanted, hasHome ? home.FullName : null, () => hasRuntime ? null : "docker does not run");

        Assert.Equal(expected, choice.Kind?.ToString());
        Assert.Contains(said, choice.Sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Distribution")]
    public void KEYCLOAK_HOME_that_names_no_Keycloak_is_refused_and_no_runtime_is_asked_for(string wanted)
    {
        var choice = IdentityProviderChoice.Make(wanted, "/nowhere", () => throw new InvalidOperationException("It was asked for."));

        Assert.Null(choice.Kind);
        Assert.StartsWith("KEYCLOAK_HOME names /nowhere: it must name an unpacked Keycloak", choice.Sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"containers":{"runtime":"docker","installed":true,"running":true}}""", null)]
    [InlineData("""{"containers":{"runtime":"podman","installed":true}}""", "podman does not run (it does not say why)")]
    [InlineData(
        """{"containers":{"runtime":"docker","installed":true,"running":false,"error":"1\nerror\npermission denied: docker.sock."}}""",
        "docker does not run (permission denied: docker.sock)")]
    [InlineData("""{"containers":{"runtime":"docker","installed":false,"running":false}}""", "no container runtime is installed")]
    [InlineData("""{"version":"0.26.6"}""", "no container runtime is installed")]
    [InlineData("", "Aspire's orchestrator cannot tell of any container runtime")]
    [InlineData("{ no JSON", "Aspire's orchestrator cannot tell of any container runtime")]
    public void The_orchestrator_says_why_no_runtime_runs(string info, string? expected) =>
        Assert.Equal(expected, ContainerRuntime.ReadProblem(info));
}
