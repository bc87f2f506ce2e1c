using AuthDemo.AppHost.Keycloak;
using AuthDemo.AppHost.Startup;

namespace AuthDemo.AppHost;

/// <summary>
/// Hands the identity provider to the projects that trust it, under the names that ASP.NET Core's handlers read by themselves. Any other
/// OpenID Connect provider can stand behind the same settings.
/// </summary>
internal static class Authorities
{
    private const string Bearer = "Authentication__Schemes__Bearer__";
    private const string OpenIdConnect = "Authentication__Schemes__OpenIdConnect__";

    /// <summary>Has a project accept the access tokens of the realm that are meant for it.</summary>
    public static IResourceBuilder<ProjectResource> WithBearerTokensOf(
        this IResourceBuilder<ProjectResource> api, IResourceBuilder<IResourceWithServiceDiscovery> provider, string audience) => api
        .WithReferenceRelationship(provider.Resource)
        .WithPublicHost()
        .WithEnvironment(Bearer + "ValidAudience", audience)
        .WithEnvironment(Bearer + "Authority", provider.AddressOf("authdemo"));

    /// <summary>Has a project log people in, as a client of the realm.</summary>
    public static IResourceBuilder<ProjectResource> WithLoginAt(
        this IResourceBuilder<ProjectResource> web, IResourceBuilder<IResourceWithServiceDiscovery> provider, string clientId)
    {
        web.WithReferenceRelationship(provider.Resource)
            .WithPublicHost()
            .WithEnvironment(OpenIdConnect + "ClientId", clientId)
            .WithEnvironment(OpenIdConnect + "Authority", provider.AddressOf("authdemo"));
        if (web.ApplicationBuilder.ExecutionContext.IsPublishMode)
        {
            // Development has its secret in the realm file and in appsettings.Development.json; a published application brings its own.
            var secret = web.ApplicationBuilder.AddParameter("web-client-secret", secret: true);
            return web.WithEnvironment(OpenIdConnect + "ClientSecret", secret);
        }

        foreach (var user in provider.Resource.Annotations.OfType<RealmFiles>().SelectMany(files => files.Users))
            web.WithEnvironment("Authenticators__" + user.Name, user.Authenticator);

        // The realm allows redirects to this address only: Web's as browsers know it, not as a container would.
        var address = web.Resource.GetAddress();
        provider.WithAnnotation(new EnvironmentCallbackAnnotation(context => context.EnvironmentVariables["WEB_URL"] = address));

        // The lab's token of another issuer.
        return web.WithEnvironment("Lab__ServiceAccounts__neighbour__TokenEndpoint",
            ReferenceExpression.Create($"{provider.AddressOf("neighbour")}/protocol/openid-connect/token"));
    }

    private static ReferenceExpression AddressOf(this IResourceBuilder<IResourceWithServiceDiscovery> provider, string realm) =>
        provider.Resource.TryGetLastAnnotation<PublicAddress>(out var published)
            ? ReferenceExpression.Create($"{published.Url}/realms/{realm}")
            : ReferenceExpression.Create($"{provider.Resource.GetAddress()}/realms/{realm}");

    /// <summary>Has a published project answer to its public name, and to the one by which the others call it.</summary>
    private static IResourceBuilder<ProjectResource> WithPublicHost(this IResourceBuilder<ProjectResource> project)
    {
        if (project.ApplicationBuilder.ExecutionContext.IsRunMode) return project;
        var host = project.ApplicationBuilder.AddParameter($"{project.Resource.Name}-host");
        return project.WithEnvironment("AllowedHosts", ReferenceExpression.Create($"{host};{project.Resource.Name}"));
    }
}
