using Microsoft.Extensions.DependencyInjection;

namespace AuthDemo.AppHost.Startup;

/// <summary>Aspire's dashboard: what it shows of the resources, and where it is.</summary>
internal static class Dashboard
{
    /// <summary>Tells a project where the dashboard is and what its login link has, for its links to traces.</summary>
    public static IResourceBuilder<ProjectResource> WithDashboard(this IResourceBuilder<ProjectResource> project) =>
        project.WithEnvironment(context =>
        {
            // Not in a published application, which has another dashboard or none.
            if (!context.ExecutionContext.IsRunMode) return;
            var model = context.ExecutionContext.Services.GetRequiredService<DistributedApplicationModel>();
            if (FindEndpoint(model) is not { } dashboard) return;
            context.EnvironmentVariables["DASHBOARD_URL"] = dashboard;
            if (project.ApplicationBuilder.Configuration["AppHost:BrowserToken"] is { Length: > 0 } token)
                context.EnvironmentVariables["DASHBOARD_TOKEN"] = token;
        });

    /// <summary>A link to a page of the project, in the order in which they are to be shown.</summary>
    public static IResourceBuilder<ProjectResource> WithLink(this IResourceBuilder<ProjectResource> project, string path, string text) =>
        project.WithUrls(context =>
        {
            // The bare address, by which Aspire would link every endpoint, gives way to the links.
            context.Urls.RemoveAll(url => url.DisplayText is null);
            var address = project.Resource.GetAddress();
            context.Urls.Add(new() { Url = address.Url + path, DisplayText = text, Endpoint = address });
        });

    /// <summary>Where a browser reaches a resource: its https endpoint where it has one, else http.</summary>
    /// <param name="resource">A resource with one of the two.</param>
    /// <param name="network">From where it is called; this machine by default.</param>
    public static EndpointReference GetAddress(this IResourceWithEndpoints resource, NetworkIdentifier? network = null)
    {
        var name = resource.Annotations.OfType<EndpointAnnotation>().Any(e => e.Name == "https") ? "https" : "http";
        return resource.GetEndpoint(name, network ?? KnownNetworkIdentifiers.LocalhostNetwork);
    }

    /// <summary>Says where a resource's log is to be read.</summary>
    public static string LogOf(IResource resource, IServiceProvider services) =>
        FindEndpoint(services.GetRequiredService<DistributedApplicationModel>()) is { IsAllocated: true } dashboard
            ? $"Its log: {dashboard.Url}/consolelogs/resource/{resource.Name}"
            : "Its log is in the dashboard.";

    /// <summary>Where the dashboard is reached, or null where there is none.</summary>
    public static EndpointReference? FindEndpoint(DistributedApplicationModel model) =>
        model.Resources.OfType<IResourceWithEndpoints>().FirstOrDefault(r => r.Name == "aspire-dashboard")?.GetAddress();
}
