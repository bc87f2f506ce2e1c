namespace AuthDemo.AppHost.Keycloak;

/// <summary>
/// A Keycloak distribution as a process on this machine, which others refer to by name as they do to <c>AddKeycloak</c>'s container.
/// </summary>
internal sealed class KeycloakExecutable(string name, string program, string folder)
    : ExecutableResource(name, program, folder), IResourceWithServiceDiscovery;

internal static class KeycloakExecutableBuilder
{
    /// <exception cref="DistributedApplicationException">The distribution or its Java cannot run.</exception>
    public static IResourceBuilder<IResourceWithServiceDiscovery> AddKeycloakDistribution(
        this IDistributedApplicationBuilder builder, string name, int port, string realms)
    {
        var (home, javaHome) = (builder.Configuration["KEYCLOAK_HOME"]!, builder.Configuration["JAVA_HOME"]);
        var copy = Path.Combine(builder.AppHostDirectory, "obj", "keycloak");
        var distribution = new KeycloakDistribution(Path.GetFullPath(home, builder.AppHostDirectory), javaHome, copy);
        distribution.Prepare(realms);

        var password = ParameterResourceBuilderExtensions.CreateDefaultPasswordParameter(builder, $"{name}-password");
        return builder.AddResource(new KeycloakExecutable(name, distribution.Program, copy))
            .WithArgs("start-dev", "--import-realm")
            .WithHttpEndpoint(port, env: "KC_HTTP_PORT")
            .WithHttpEndpoint(name: "management", env: "KC_HTTP_MANAGEMENT_PORT")
            .WithEndpoint("management", endpoint => endpoint.ExcludeReferenceEndpoint = true)
            .WithUrlForEndpoint("management", url => url.DisplayLocation = UrlDisplayLocation.DetailsOnly)
            .WithEnvironment("KC_HTTP_HOST", "127.0.0.1")
            .WithEnvironment("KC_HEALTH_ENABLED", "true")
            // A new database at each start: an import skips realms that are there already, and so changes to the files.
            .WithEnvironment("KC_DB", "dev-mem")
            .WithEnvironment("KC_BOOTSTRAP_ADMIN_USERNAME", "admin")
            .WithEnvironment("KC_BOOTSTRAP_ADMIN_PASSWORD", password)
            .WithOtlpExporter()
            .WithKeycloakTracing();
    }
}
