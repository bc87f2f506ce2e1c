namespace AuthDemo.AppHost.Keycloak;

/// <summary>The public URL of a published identity provider.</summary>
internal sealed record PublicAddress(ParameterResource Url) : IResourceAnnotation;

/// <summary>The Keycloak container. Compiled only if the package Aspire.Hosting.Keycloak is available (KeycloakPackage.targets).</summary>
internal static class KeycloakContainer
{
#if KEYCLOAK_PACKAGE
    public static bool IsAvailable => true;

    public static IResourceBuilder<IResourceWithServiceDiscovery> AddKeycloakContainer(
        this IDistributedApplicationBuilder builder, string name, int port, string realms)
    {
        var keycloak = builder.AddKeycloak(name, port).WithKeycloakTracing();
        if (builder.ExecutionContext.IsRunMode) return keycloak.WithRealmImport(realms);

        // Behind a proxy that terminates TLS. The realm files contain development secrets, so they are not published (docs/deploy.md).
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
