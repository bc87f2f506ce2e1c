namespace AuthDemo.AppHost.Keycloak;

/// <summary>The project StandIn, which serves the realm files as Keycloak would.</summary>
internal static class StandInProject
{
    public static IResourceBuilder<IResourceWithServiceDiscovery> AddStandIn(
        this IDistributedApplicationBuilder builder, string name, int port, string realms) =>
        builder.AddProject<Projects.StandIn>(name)
            .WithEndpoint("http", endpoint => endpoint.Port = port)
            .WithEnvironment("REALMS", realms);
}
