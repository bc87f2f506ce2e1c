namespace AuthDemo.AppHost.Keycloak;

/// <summary>Keycloak's container. Compiled against Aspire.Hosting.Keycloak where a package feed has it (KeycloakPackage.targets).</summary>
internal static class KeycloakContainer
{
#if KEYCLOAK_PACKAGE
    public static bool IsAvailable => true;

    public static IResourceBuilder<IResourceWithServiceDiscovery> AddKeycloakContainer(
        this IDistributedApplicationBuilder builder, string name, int port, string realms)
    {
        var keycloak = builder.AddKeycloak(name, port).WithKeycloakTracing();
        // Development realms with development secrets: nothing to publish.
        return builder.ExecutionContext.IsRunMode ? keycloak.WithRealmImport(realms) : keycloak;
    }
#else
    public static bool IsAvailable => false;

    public static IResourceBuilder<IResourceWithServiceDiscovery> AddKeycloakContainer(
        this IDistributedApplicationBuilder builder, string name, int port, string realms) =>
        throw new NotSupportedException("Compiled without Aspire.Hosting.Keycloak.");
#endif
}
