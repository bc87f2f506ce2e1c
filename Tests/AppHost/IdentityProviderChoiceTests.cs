using AuthDemo.AppHost.Keycloak;

namespace AuthDemo.Tests.AppHost;

/// <summary>Which identity provider runs, and what is said where the one that was asked for cannot.</summary>
public sealed class IdentityProviderChoiceTests : IDisposable
{
    private const string Home = "an unpacked Keycloak";
    private const string NoRuntime = "docker does not run";

    private readonly string home = Directory.CreateTempSubdirectory("authdemo-keycloak-").FullName;

    public IdentityProviderChoiceTests()
    {
        Directory.CreateDirectory(Path.Combine(home, "bin"));
        File.WriteAllText(Path.Combine(home, "bin", "kc.sh"), "");
    }

    public void Dispose() => Directory.Delete(home, recursive: true);

    [Theory]
    [InlineData("StandIn", Home, null, "StandIn")]
    [InlineData("distribution", Home, null, "Distribution")]
    [InlineData("Container", Home, null, "Container")]
    [InlineData(null, Home, null, "Distribution")]
    [InlineData("", null, null, "Container")]
    [InlineData(null, null, NoRuntime, "StandIn")]
    public void The_setting_comes_first_then_KEYCLOAK_HOME_then_the_container_where_one_can_run(
        string? wanted, string? folder, string? containerProblem, string expected)
    {
        var choice = IdentityProviderChoice.Make(wanted, folder is null ? null : home, () => containerProblem);

        Assert.Equal(expected, $"{choice.Kind}");
        Assert.Null(choice.Problem);
        Assert.StartsWith("The identity provider is ", choice.Sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Container", null, $"IdentityProvider=Container cannot run because {NoRuntime}: ")]
    [InlineData("Distribution", null, "IdentityProvider=Distribution needs KEYCLOAK_HOME: ")]
    [InlineData("Docker", null, "The setting IdentityProvider is 'Docker': set it to Container, Distribution or StandIn")]
    [InlineData("1", null, "The setting IdentityProvider is '1'")]
    [InlineData(null, "/nowhere", "KEYCLOAK_HOME names /nowhere, which has no bin/kc.sh: ")]
    [InlineData("Distribution", "/nowhere", "KEYCLOAK_HOME names /nowhere, which has no bin/kc.sh: ")]
    public void What_is_asked_for_and_cannot_run_is_one_sentence_that_says_what_to_do(string? wanted, string? folder, string expected)
    {
        var problem = IdentityProviderChoice.Make(wanted, folder, () => NoRuntime).Problem;

        Assert.StartsWith(expected, problem, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', problem!);
    }

    [Fact]
    public void No_runtime_is_asked_for_where_none_is_needed()
    {
        var choice = IdentityProviderChoice.Make(null, home, () => throw new InvalidOperationException("It was asked for."));

        Assert.Equal(IdentityProviderKind.Distribution, choice.Kind);
    }

    [Theory]
    [InlineData("""{"containers":{"runtime":"docker","installed":true,"running":true}}""", null)]
    [InlineData("""{"containers":{"runtime":"podman","installed":true,"running":false}}""", "podman does not run")]
    [InlineData(
        """{"containers":{"runtime":"docker","installed":true,"running":false,"error":"1\nerror\npermission denied: docker.sock."}}""",
        "docker does not run (permission denied: docker.sock)")]
    [InlineData("""{"containers":{"runtime":"docker","installed":false,"running":false}}""", "no container runtime is installed")]
    [InlineData("""{"version":"0.26.6"}""", "no container runtime is installed")]
    public void The_orchestrator_says_why_no_runtime_runs(string info, string? expected) =>
        Assert.Equal(expected, ContainerRuntime.ReadProblem(info));
}
