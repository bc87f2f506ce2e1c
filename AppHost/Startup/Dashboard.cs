using Microsoft.Extensions.DependencyInjection;

namespace AuthDemo.AppHost.Startup;

/// <summary>Aspire's dashboard: what it shows of the resources, and where it is.</summary>
internal static class Dashboard
{
    /// <summary>Tells a project where the dashboard is and what its login link has, for its links to traces.</summary>
    public static IResourceBuilder<ProjectResource> WithDashboard(this IResourceBuilder<ProjectResource> project) =>
        project.WithEnvironment(context =>
        {
            if (FindEndpoint(context.ExecutionContext.Services) is not { } dashboard) return;
            context.EnvironmentVariables["DASHBOARD_URL"] = dashboard;
            context.EnvironmentVariables["DASHBOARD_TOKEN"] = project.ApplicationBuilder.Configuration["AppHost:BrowserToken"] ?? "";
        });

    /// <summary>A link to a page of the project. Aspire's own, the bare address, gives way to it.</summary>
    public static IResourceBuilder<ProjectResource> WithLink(this IResourceBuilder<ProjectResource> project, string path, string text) =>
        project.WithUrls(context =>
        {
            var address = project.Resource.GetAddress();
            context.Urls.RemoveAll(url => url.DisplayText is null);
            context.Urls.Add(new() { Url = address.Url + path, DisplayText = text, Endpoint = address });
        });

    /// <summary>Where a browser on this machine reaches a resource: its https endpoint where it has one, else http.</summary>
    public static EndpointReference GetAddress(this IResourceWithEndpoints resource) =>
        resource.GetEndpoint("https", KnownNetworkIdentifiers.LocalhostNetwork) is { Exists: true } https
            ? https
            : resource.GetEndpoint("http", KnownNetworkIdentifiers.LocalhostNetwork);

    /// <summary>Where a resource's log is to be read, on the console page of the dashboard.</summary>
    public static string LogOf(IResource resource, IServiceProvider services) =>
        $"Its log: {FindEndpoint(services)?.Url}/consolelogs/resource/{resource.Name}";

    /// <summary>Where the dashboard is reached; null where there is none, as in a published application.</summary>
    public static EndpointReference? FindEndpoint(IServiceProvider services) =>
        services.GetRequiredService<DistributedApplicationModel>().Resources
            .OfType<IResourceWithEndpoints>().FirstOrDefault(resource => resource.Name == "aspire-dashboard")?.GetAddress();
}
