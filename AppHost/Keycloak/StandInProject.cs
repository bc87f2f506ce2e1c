using AuthDemo.AppHost.Startup;

namespace AuthDemo.AppHost.Keycloak;

/// <summary>The project StandIn, which serves the realm files as Keycloak would.</summary>
internal static class StandInProject
{
    public static IResourceBuilder<IResourceWithServiceDiscovery> AddStandIn(
        this IDistributedApplicationBuilder builder, string name, int port, string realms)
    {
        var standIn = builder.AddProject<Projects.StandIn>(name).WithEnvironment("REALMS", realms);
        return standIn.WithEndpoint(standIn.Resource.GetAddress().EndpointName, endpoint => endpoint.Port = port);
    }
}
