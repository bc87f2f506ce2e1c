using Aspire.Hosting;
using AuthDemo.AppHost.Keycloak;

namespace AuthDemo.Tests.AppHost;

/// <summary>Which identity provider runs, and what is said where the one that was asked for cannot.</summary>
public sealed class IdentityProviderChoiceTests
{
    private const string Home = "/opt/keycloak";
    private const string NoRuntime = "docker is installed but does not run";

    [Theory]
    [InlineData("StandIn", Home, true, null, "StandIn")]
    [InlineData("distribution", Home, true, null, "Distribution")]
    [InlineData("Container", Home, true, null, "Container")]
    [InlineData(null, Home, true, null, "Distribution")]
    [InlineData("", "", true, null, "Container")]
    [InlineData(null, null, true, NoRuntime, "StandIn")]
    [InlineData(null, null, false, null, "StandIn")]
    public void The_setting_comes_first_then_KEYCLOAK_HOME_then_the_container_where_one_can_run(
        string? wanted, string? home, bool hasPackage, string? runtimeProblem, string expected)
    {
        var choice = IdentityProviderChoice.Make(wanted, home, hasPackage, () => runtimeProblem);

        Assert.Equal(expected, $"{choice.Kind}");
        Assert.Equal(expected == "StandIn" ? "Keycloak's stand-in" : "Keycloak", choice.DisplayName);
        Assert.StartsWith("The identity provider is ", choice.Sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Container", null, true, NoRuntime,
        "IdentityProvider=Container cannot run because docker is installed but does not run: start a container runtime")]
    [InlineData("Container", null, false, null, "IdentityProvider=Container needs the package Aspire.Hosting.Keycloak")]
    [InlineData("Distribution", null, true, null, "IdentityProvider=Distribution needs KEYCLOAK_HOME")]
    [InlineData("Docker", null, true, null, "The setting IdentityProvider is 'Docker': set it to Container, Distribution or StandIn")]
    [InlineData("1", null, true, null, "The setting IdentityProvider is '1'")]
    public void What_is_asked_for_and_cannot_run_is_one_sentence_that_says_what_to_do(
        string wanted, string? home, bool hasPackage, string? runtimeProblem, string expected)
    {
        var failure = Assert.Throws<DistributedApplicationException>(
            () => IdentityProviderChoice.Make(wanted, home, hasPackage, () => runtimeProblem));

        Assert.StartsWith(expected, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failure.Message);
    }

    [Fact]
    public void No_runtime_is_asked_for_where_none_is_needed()
    {
        var choice = IdentityProviderChoice.Make(
            null, Home, hasPackage: true, () => throw new InvalidOperationException("It was asked for."));

        Assert.Equal(IdentityProviderKind.Distribution, choice.Kind);
    }

    [Fact]
    public void Publishing_means_the_container_or_says_what_is_missing()
    {
        Assert.Equal(IdentityProviderKind.Container, IdentityProviderChoice.MakeToPublish(hasPackage: true).Kind);
        var failure = Assert.Throws<DistributedApplicationException>(() => IdentityProviderChoice.MakeToPublish(hasPackage: false));
        Assert.StartsWith("Publishing needs the package Aspire.Hosting.Keycloak", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"containers":{"runtime":"docker","installed":true,"running":true}}""", null)]
    [InlineData("""{"containers":{"runtime":"podman","installed":true,"running":false}}""", "podman is installed but does not run")]
    [InlineData("""{"containers":{"runtime":"docker","installed":false,"running":false}}""", "no container runtime is installed")]
    [InlineData("""{"version":"0.26.6"}""", "no container runtime is installed")]
    public void The_orchestrator_says_whether_a_runtime_runs(string info, string? expected) =>
        Assert.Equal(expected, ContainerRuntime.ReadProblem(info));
}
