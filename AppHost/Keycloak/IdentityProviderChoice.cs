namespace AuthDemo.AppHost.Keycloak;

internal enum IdentityProviderKind { Container, Distribution, StandIn }

/// <param name="Kind">The identity provider; null if the configured one cannot run.</param>
/// <param name="Sentence">A message with the choice or the error, and the alternatives.</param>
internal sealed record IdentityProviderChoice(IdentityProviderKind? Kind, string Sentence) : IResourceAnnotation
{
    private const string NoPackage = "no feed had the package Aspire.Hosting.Keycloak ('dotnet restore --force' asks again)";

    public static IdentityProviderChoice Make(IDistributedApplicationBuilder builder)
    {
        var settings = builder.Configuration;
        // Only the container can be published.
        if (builder.ExecutionContext.IsPublishMode) return Make("Container", null, () => KeycloakContainer.IsAvailable ? null : NoPackage);
        var home = settings["KEYCLOAK_HOME"] is { Length: > 0 } path ? Path.GetFullPath(path, builder.AppHostDirectory) : null;
        return Make(settings["IdentityProvider"] ?? "", home, () =>
            KeycloakContainer.IsAvailable ? ContainerRuntime.FindProblem(settings) : NoPackage);
    }

    public static IdentityProviderChoice Make(string wanted, string? home, Func<string?> findContainerProblem)
    {
        const string Other = "IdentityProvider=StandIn runs without it.";
        const string Real = "For the real one set KEYCLOAK_HOME to an unpacked Keycloak.";
        switch (wanted.ToUpperInvariant())
        {
            case "STANDIN":
                return new(IdentityProviderKind.StandIn, $"The identity provider is Keycloak's stand-in, as IdentityProvider says. {Real}");
            case "DISTRIBUTION":
            case "" when home is not null:
                return File.Exists(Path.Combine(home ?? "", "bin", "kc.sh"))
                    ? new(IdentityProviderKind.Distribution, $"The identity provider is the Keycloak in {home}. {Other}")
                    : new(null, $"KEYCLOAK_HOME names {home ?? "nothing"}: it must name an unpacked Keycloak, with a bin/kc.sh. {Other}");
            case "CONTAINER":
            case "":
                if (findContainerProblem() is not { } problem)
                    return new(IdentityProviderKind.Container, $"The identity provider is Keycloak in a container. {Other}");
                return wanted.Length == 0
                    ? new(IdentityProviderKind.StandIn, $"The identity provider is Keycloak's stand-in, because {problem}. {Real}")
                    : new(null, $"There can be no container of Keycloak, because {problem}. {Other}");
            default:
                return new(null, $"The setting IdentityProvider is '{wanted}': set it to Container, Distribution or StandIn.");
        }
    }
}
