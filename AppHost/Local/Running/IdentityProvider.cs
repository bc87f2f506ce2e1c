using Microsoft.Extensions.Configuration;

namespace AuthDemo.AppHost.Local;

/// <summary>What <c>AddKeycloak</c> starts on this engine.</summary>
internal abstract class IdentityProvider
{
    /// <summary>For the banner: what runs, and how to get the other.</summary>
    public abstract string Description { get; }

    /// <summary>How its spans reach the dashboard.</summary>
    public abstract TelemetryProtocol TelemetryProtocol { get; }

    /// <exception cref="DistributedApplicationException">It cannot run here; the message says what to do.</exception>
    public abstract ProgramToRun GetProgram(KeycloakResource keycloak);

    /// <summary>Adds what the program itself asks for.</summary>
    public abstract void AddEnvironment(KeycloakResource keycloak, Dictionary<string, object> variables);

    /// <summary>Real Keycloak where the setting <c>KEYCLOAK_HOME</c> names a distribution, else the stand-in.</summary>
    public static IdentityProvider Choose(IConfiguration settings) => settings["KEYCLOAK_HOME"] is { } home && !string.IsNullOrWhiteSpace(home)
        ? new KeycloakDistribution(Path.GetFullPath(home), settings["JAVA_HOME"], Path.Combine(BuildFacts.ArtifactsDirectory, "keycloak"))
        : new StandIn();
}

/// <summary>The stand-in for Keycloak, a Node.js program in AppHost/StandIn.</summary>
internal sealed class StandIn : IdentityProvider
{
    public override string Description => "a stand-in for Keycloak; set KEYCLOAK_HOME for the real one";

    public override TelemetryProtocol TelemetryProtocol => TelemetryProtocol.HttpJson;

    public override ProgramToRun GetProgram(KeycloakResource keycloak) =>
        new(Node.FindProgram(), ["stand-in.mjs"], Path.Combine(BuildFacts.AppHostDirectory, "StandIn"));

    public override void AddEnvironment(KeycloakResource keycloak, Dictionary<string, object> variables)
    {
        variables["PORT"] = $"{keycloak.GetEndpoint("http").Port}";
        variables["REALMS"] = keycloak.Realms ?? "";
        variables["KEYS"] = Path.Combine(BuildFacts.ArtifactsDirectory, "stand-in");
    }
}
