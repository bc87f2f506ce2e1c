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
/// <param name="Problem">Why it cannot run, and what to do; null where it can.</param>
internal sealed record IdentityProviderChoice(IdentityProviderKind Kind, string Reason, string Alternative, string? Problem = null)
    : IResourceAnnotation
{
    private const string Setting = "IdentityProvider";
    private const string NoPackage = "the last restore found no package Aspire.Hosting.Keycloak ('dotnet restore --force' asks again)";

    /// <summary>The choice in one sentence.</summary>
    public string Sentence => $"The identity provider is {Name}: {Reason}.";

    public string Name => Kind switch
    {
        IdentityProviderKind.Container => "Keycloak's container",
        IdentityProviderKind.Distribution => "a Keycloak distribution",
        _ => "Keycloak's stand-in",
    };

    public static IdentityProviderChoice Make(IDistributedApplicationBuilder builder)
    {
        if (builder.ExecutionContext.IsPublishMode)
        {
            return new(IdentityProviderKind.Container, "only containers are published", "",
                KeycloakContainer.IsAvailable ? null : $"Nothing can be published: {NoPackage}.");
        }

        var home = builder.Configuration["KEYCLOAK_HOME"] is { Length: > 0 } path ? Path.GetFullPath(path, builder.AppHostDirectory) : null;
        return Make(builder.Configuration[Setting], home, () => KeycloakContainer.IsAvailable
            ? ContainerRuntime.FindProblem(builder.Configuration["ASPIRE_CONTAINER_RUNTIME"])
            : NoPackage);
    }

    /// <param name="wanted">The setting <c>IdentityProvider</c>; empty for whatever can run.</param>
    /// <param name="home">The full path that <c>KEYCLOAK_HOME</c> names.</param>
    /// <param name="findContainerProblem">Asks why Keycloak's container cannot run; null where it can.</param>
    public static IdentityProviderChoice Make(string? wanted, string? home, Func<string?> findContainerProblem)
    {
        if (string.IsNullOrEmpty(wanted)) return MakeDefault(home, findContainerProblem);
        var isKnown = Enum.TryParse<IdentityProviderKind>(wanted, ignoreCase: true, out var kind) && char.IsLetter(wanted[0]);
        return new(kind, $"the setting {Setting} asks for it", $"{Setting}=Container, Distribution or StandIn chooses", kind switch
        {
            _ when !isKnown => $"The setting {Setting} is '{wanted}': set it to Container, Distribution or StandIn, or leave it out.",
            IdentityProviderKind.Container => findContainerProblem() is { } problem
                ? $"{Setting}=Container cannot run because {problem}: mend that, or set {Setting} to StandIn."
                : null,
            IdentityProviderKind.Distribution => FindDistributionProblem(home),
            _ => null,
        });
    }

    private static IdentityProviderChoice MakeDefault(string? home, Func<string?> findContainerProblem)
    {
        if (home is not null)
        {
            return new(IdentityProviderKind.Distribution, $"KEYCLOAK_HOME names {home}",
                $"for another one unset KEYCLOAK_HOME, or set {Setting}", FindDistributionProblem(home));
        }

        return findContainerProblem() is { } problem
            ? new(IdentityProviderKind.StandIn, problem, "for the real one set KEYCLOAK_HOME to an unpacked Keycloak")
            : new(IdentityProviderKind.Container, "a container runtime runs", $"for another one set KEYCLOAK_HOME, or {Setting}=StandIn");
    }

    private static string? FindDistributionProblem(string? home) =>
        home is null ? $"{Setting}=Distribution needs KEYCLOAK_HOME: set it to the folder of an unpacked Keycloak, or {Setting} to StandIn."
        : File.Exists(Path.Combine(home, "bin", "kc.sh")) ? null
        : $"KEYCLOAK_HOME names {home}, which has no bin/kc.sh: "
            + "name the folder of an unpacked Keycloak distribution, or unset it to run without.";
}
