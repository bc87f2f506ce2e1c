using Microsoft.Extensions.DependencyInjection;

namespace AuthDemo.AppHost.Startup;

/// <summary>Aspire's dashboard: what it shows of the resources, and where it is.</summary>
internal static class Dashboard
{
    /// <summary>Tells a project where the dashboard is, for its links to traces.</summary>
    public static IResourceBuilder<ProjectResource> WithDashboardUrl(this IResourceBuilder<ProjectResource> project) =>
        project.WithEnvironment(context =>
        {
            // Not in a published application, which has another dashboard or none.
            if (!context.ExecutionContext.IsRunMode) return;
            if (FindEndpoint(context.ExecutionContext.Services.GetRequiredService<DistributedApplicationModel>()) is { } dashboard)
                context.EnvironmentVariables["DASHBOARD_URL"] = dashboard;
        });

    /// <summary>A link to a page of the project, in the order in which they are to be shown.</summary>
    public static IResourceBuilder<ProjectResource> WithLink(this IResourceBuilder<ProjectResource> project, string path, string text) =>
        project.WithUrls(context =>
        {
            // The bare address, by which Aspire would link every endpoint, gives way to the links.
            context.Urls.RemoveAll(url => url.DisplayText is null);
            var address = context.GetEndpoint("http")!;
            context.Urls.Add(new() { Url = address.Url + path, DisplayText = text, Endpoint = address });
        });

    /// <summary>Where the dashboard is reached, or null where there is none.</summary>
    public static EndpointReference? FindEndpoint(DistributedApplicationModel model) =>
        model.Resources.OfType<IResourceWithEndpoints>().FirstOrDefault(r => r.Name == "aspire-dashboard") is { } dashboard
        && dashboard.Annotations.OfType<EndpointAnnotation>().FirstOrDefault(e => e.Name is "https" or "http") is { } endpoint
            ? dashboard.GetEndpoint(endpoint.Name)
            : null;
}
