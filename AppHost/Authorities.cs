using AuthDemo.AppHost.Keycloak;
using AuthDemo.AppHost.Startup;

namespace AuthDemo.AppHost;

/// <summary>
/// Configures the projects to trust the identity provider, with the settings that ASP.NET Core's handlers bind. They work with any other
/// OpenID Connect provider, too.
/// </summary>
internal static class Authorities
{
    private const string Bearer = "Authentication__Schemes__Bearer__";
    private const string OpenIdConnect = "Authentication__Schemes__OpenIdConnect__";

    /// <summary>Configures a project to accept access tokens of the realm with this audience.</summary>
    public static IResourceBuilder<ProjectResource> WithBearerTokensOf(
        this IResourceBuilder<ProjectResource> api, IResourceBuilder<IResourceWithServiceDiscovery> provider, string audience) => api
        .WithReferenceRelationship(provider.Resource)
        .WithPublicHost()
        .WithEnvironment(Bearer + "ValidAudience", audience)
        .WithEnvironment(Bearer + "Authority", provider.AddressOf("authdemo"));

    /// <summary>Configures a project to log users in as a client of the realm.</summary>
    public static IResourceBuilder<ProjectResource> WithLoginAt(
        this IResourceBuilder<ProjectResource> web, IResourceBuilder<IResourceWithServiceDiscovery> provider, string clientId)
    {
        web.WithReferenceRelationship(provider.Resource)
            .WithPublicHost()
            .WithEnvironment(OpenIdConnect + "ClientId", clientId)
            .WithEnvironment(OpenIdConnect + "Authority", provider.AddressOf("authdemo"));
        if (web.ApplicationBuilder.ExecutionContext.IsPublishMode)
        {
            // In Development the secret is in the realm file and appsettings.Development.json; when published it is a parameter.
            var secret = web.ApplicationBuilder.AddParameter("web-client-secret", secret: true);
            return web.WithEnvironment(OpenIdConnect + "ClientSecret", secret);
        }

        foreach (var user in provider.Resource.Annotations.OfType<RealmFiles>().SelectMany(files => files.Users))
            web.WithEnvironment("Authenticators__" + user.Name, user.Authenticator);

        // The redirect URI in the realm: Web's URL as seen by browsers, not by containers.
        var address = web.Resource.GetAddress();
        provider.WithAnnotation(new EnvironmentCallbackAnnotation(context => context.EnvironmentVariables["WEB_URL"] = address));

        // For the lab's token of another issuer.
        return web.WithEnvironment("Lab__ServiceAccounts__neighbour__TokenEndpoint",
            ReferenceExpression.Create($"{provider.AddressOf("neighbour")}/protocol/openid-connect/token"));
    }

    private static ReferenceExpression AddressOf(this IResourceBuilder<IResourceWithServiceDiscovery> provider, string realm) =>
        provider.Resource.TryGetLastAnnotation<PublicAddress>(out var published)
            ? ReferenceExpression.Create($"{published.Url}/realms/{realm}")
            : ReferenceExpression.Create($"{provider.Resource.GetAddress()}/realms/{realm}");

    /// <summary>Sets the allowed hosts of a published project: its public name, and its name within the application.</summary>
    private static IResourceBuilder<ProjectResource> WithPublicHost(this IResourceBuilder<ProjectResource> project)
    {
        if (project.ApplicationBuilder.ExecutionContext.IsRunMode) return project;
        var host = project.ApplicationBuilder.AddParameter($"{project.Resource.Name}-host");
        return project.WithEnvironment("AllowedHosts", ReferenceExpression.Create($"{host};{project.Resource.Name}"));
    }
}
