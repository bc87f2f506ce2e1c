using Microsoft.Extensions.DependencyInjection;

namespace AuthDemo.AppHost.Startup;

/// <summary>Configures links in Aspire's dashboard, and finds its URL.</summary>
internal static class Dashboard
{
    /// <summary>Passes the dashboard's URL and login token to a project, for links to traces.</summary>
    public static IResourceBuilder<ProjectResource> WithDashboard(this IResourceBuilder<ProjectResource> project) =>
        project.WithEnvironment(context =>
        {
            if (FindEndpoint(context.ExecutionContext.Services) is not { } dashboard) return;
            context.EnvironmentVariables["DASHBOARD_URL"] = dashboard;
            context.EnvironmentVariables["DASHBOARD_TOKEN"] = project.ApplicationBuilder.Configuration["AppHost:BrowserToken"] ?? "";
        });

    /// <summary>Adds a link to a page of the project, in place of Aspire's link to its root.</summary>
    public static IResourceBuilder<ProjectResource> WithLink(this IResourceBuilder<ProjectResource> project, string path, string text) =>
        project.WithUrls(context =>
        {
            var address = project.Resource.GetAddress();
            context.Urls.RemoveAll(url => url.DisplayText is null);
            context.Urls.Add(new() { Url = address.Url + path, DisplayText = text, Endpoint = address });
        });

    /// <summary>The URL of a resource for browsers on this machine: https if it has such an endpoint, else http.</summary>
    public static EndpointReference GetAddress(this IResourceWithEndpoints resource) =>
        resource.GetEndpoint("https", KnownNetworkIdentifiers.LocalhostNetwork) is { Exists: true } https
            ? https
            : resource.GetEndpoint("http", KnownNetworkIdentifiers.LocalhostNetwork);

    /// <summary>Says where to find a resource's log in the dashboard.</summary>
    public static string LogOf(IResource resource, IServiceProvider services) =>
        $"Its log: {FindEndpoint(services)?.Url}/consolelogs/resource/{resource.Name}";

    /// <summary>The dashboard's endpoint; null if there is none, as when published.</summary>
    public static EndpointReference? FindEndpoint(IServiceProvider services) =>
        services.GetRequiredService<DistributedApplicationModel>().Resources
            .OfType<IResourceWithEndpoints>().FirstOrDefault(resource => resource.Name == "aspire-dashboard")?.GetAddress();
}
