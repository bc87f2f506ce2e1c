namespace AuthDemo.AppHost.Keycloak;

/// <summary>What the resource <c>keycloak</c> is.</summary>
internal enum IdentityProviderKind
{
    /// <summary>Keycloak's container, by <c>AddKeycloak</c>.</summary>
    Container,

    /// <summary>The Keycloak distribution that <c>KEYCLOAK_HOME</c> names.</summary>
    Distribution,

    /// <summary>The project StandIn.</summary>
    StandIn,
}

/// <summary>Which identity provider runs, why, and how to get another.</summary>
/// <param name="Kind">Which one.</param>
/// <param name="Reason">A clause that follows the provider's name.</param>
/// <param name="Alternative">What to do for another one.</param>
internal sealed record IdentityProviderChoice(IdentityProviderKind Kind, string Reason, string Alternative) : IResourceAnnotation
{
    private const string Setting = "IdentityProvider";
    private const string PackageAdvice =
        "the package Aspire.Hosting.Keycloak, which the package feeds did not have at the last restore: add the public NuGet feed";

    public string DisplayName => Kind == IdentityProviderKind.StandIn ? "Keycloak's stand-in" : "Keycloak";

    /// <summary>The choice in one sentence.</summary>
    public string Sentence => $"The identity provider is {Name}: {Reason}.";

    private string Name => Kind switch
    {
        IdentityProviderKind.Container => "Keycloak's container",
        IdentityProviderKind.Distribution => "a Keycloak distribution",
        _ => "Keycloak's stand-in",
    };

    /// <exception cref="DistributedApplicationException">What the settings ask for cannot run here.</exception>
    public static IdentityProviderChoice Make(IDistributedApplicationBuilder builder)
    {
        var (wanted, home) = (builder.Configuration[Setting], builder.Configuration["KEYCLOAK_HOME"]);
        return builder.ExecutionContext.IsPublishMode
            ? MakeToPublish(KeycloakContainer.IsAvailable)
            : Make(wanted, home, KeycloakContainer.IsAvailable, FindRuntimeProblem);

        string? FindRuntimeProblem() => ContainerRuntime.FindProblem(builder.Configuration["ASPIRE_CONTAINER_RUNTIME"]);
    }

    /// <param name="wanted">The setting <c>IdentityProvider</c>.</param>
    /// <param name="home">The setting <c>KEYCLOAK_HOME</c>.</param>
    /// <param name="hasPackage">Whether Aspire.Hosting.Keycloak was restored.</param>
    /// <param name="findRuntimeProblem">Asks why no container can run; null where one can.</param>
    /// <exception cref="DistributedApplicationException">What the settings ask for cannot run here.</exception>
    public static IdentityProviderChoice Make(string? wanted, string? home, bool hasPackage, Func<string?> findRuntimeProblem)
    {
        if (!string.IsNullOrEmpty(wanted)) return MakeWanted(wanted, home, hasPackage, findRuntimeProblem);
        if (!string.IsNullOrEmpty(home))
        {
            return new(IdentityProviderKind.Distribution,
                $"KEYCLOAK_HOME names {home}", $"unset KEYCLOAK_HOME, or set {Setting}, for another one");
        }

        if (!hasPackage)
        {
            return new(IdentityProviderKind.StandIn, "the package feeds do not have Aspire.Hosting.Keycloak",
                "for the real one set KEYCLOAK_HOME to an unpacked Keycloak");
        }

        return findRuntimeProblem() is { } problem
            ? new(IdentityProviderKind.StandIn, problem, "for the real one start Docker, or set KEYCLOAK_HOME to an unpacked Keycloak")
            : new(IdentityProviderKind.Container, "a container runtime runs", $"for another one set KEYCLOAK_HOME, or {Setting}=StandIn");
    }

    /// <exception cref="DistributedApplicationException">Aspire.Hosting.Keycloak was not restored.</exception>
    public static IdentityProviderChoice MakeToPublish(bool hasPackage) => hasPackage
        ? new(IdentityProviderKind.Container, "only containers are published", "")
        : throw new DistributedApplicationException($"Publishing needs {PackageAdvice}, and restore again.");

    private static IdentityProviderChoice MakeWanted(string wanted, string? home, bool hasPackage, Func<string?> findRuntimeProblem)
    {
        if (!Enum.GetNames<IdentityProviderKind>().Contains(wanted, StringComparer.OrdinalIgnoreCase))
        {
            throw new DistributedApplicationException(
                $"The setting {Setting} is '{wanted}': set it to Container, Distribution or StandIn, or leave it out.");
        }

        var kind = Enum.Parse<IdentityProviderKind>(wanted, ignoreCase: true);
        if (kind == IdentityProviderKind.Distribution && string.IsNullOrEmpty(home))
        {
            throw new DistributedApplicationException(
                $"{Setting}=Distribution needs KEYCLOAK_HOME: set it to the folder of an unpacked Keycloak, or {Setting} to StandIn.");
        }

        if (kind == IdentityProviderKind.Container && !hasPackage)
        {
            throw new DistributedApplicationException(
                $"{Setting}=Container needs {PackageAdvice} and restore again, or set {Setting} to StandIn.");
        }

        if (kind == IdentityProviderKind.Container && findRuntimeProblem() is { } problem)
        {
            throw new DistributedApplicationException(
                $"{Setting}=Container cannot run because {problem}: start a container runtime, or set {Setting} to StandIn.");
        }

        return new(kind, $"the setting {Setting} asks for it",
            $"for another one set {Setting} to Container, Distribution or StandIn, or leave it out");
    }
}
