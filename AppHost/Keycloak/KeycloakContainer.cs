namespace AuthDemo.AppHost.Keycloak;

/// <summary>Where browsers and services reach a published identity provider.</summary>
internal sealed record PublicAddress(ParameterResource Url) : IResourceAnnotation;

/// <summary>Keycloak's container. Compiled against Aspire.Hosting.Keycloak where a package feed has it (KeycloakPackage.targets).</summary>
internal static class KeycloakContainer
{
#if KEYCLOAK_PACKAGE
    public static bool IsAvailable => true;

    public static IResourceBuilder<IResourceWithServiceDiscovery> AddKeycloakContainer(
        this IDistributedApplicationBuilder builder, string name, int port, string realms)
    {
        var keycloak = builder.AddKeycloak(name, port).WithKeycloakTracing();
        if (builder.ExecutionContext.IsRunMode) return keycloak.WithRealmImport(realms);

        // Behind a proxy that ends TLS. The realm is a step of its own: these files have development secrets (docs/deploy.md).
        var url = builder.AddParameter($"{name}-url");
        return keycloak
            .WithAnnotation(new PublicAddress(url.Resource))
            .WithEnvironment("KC_HOSTNAME", url)
            .WithEnvironment("KC_PROXY_HEADERS", "xforwarded")
            .WithEnvironment("KC_HTTP_ENABLED", "true");
    }
#else
    public static bool IsAvailable => false;

    public static IResourceBuilder<IResourceWithServiceDiscovery> AddKeycloakContainer(
        this IDistributedApplicationBuilder builder, string name, int port, string realms) =>
        throw new NotSupportedException("Compiled without Aspire.Hosting.Keycloak.");
#endif
}
