using AuthDemo.AppHost.Keycloak;
using AuthDemo.AppHost.Startup;

namespace AuthDemo.AppHost;

/// <summary>
/// Hands the identity provider to the projects that trust it, under the names that ASP.NET Core's handlers read by themselves. Any other
/// OpenID Connect provider can stand behind the same settings.
/// </summary>
internal static class Authorities
{
    private const string Realm = "authdemo";
    private const string Bearer = "Authentication__Schemes__Bearer__";
    private const string OpenIdConnect = "Authentication__Schemes__OpenIdConnect__";

    /// <summary>Has a project accept the access tokens of the realm that are meant for it.</summary>
    public static IResourceBuilder<ProjectResource> WithBearerTokensOf(
        this IResourceBuilder<ProjectResource> api, IResourceBuilder<IResourceWithServiceDiscovery> provider, string audience) => api
        .WithReferenceRelationship(provider.Resource)
        .WithEnvironment(Bearer + "ValidAudience", audience)
        .WithEnvironment(context => context.EnvironmentVariables[Bearer + "Authority"] = AddressOf(provider, Realm));

    /// <summary>Has a project log people in, as a client of the realm.</summary>
    public static IResourceBuilder<ProjectResource> WithLoginAt(
        this IResourceBuilder<ProjectResource> web, IResourceBuilder<IResourceWithServiceDiscovery> provider, string clientId)
    {
        web.WithReferenceRelationship(provider.Resource)
            .WithEnvironment(OpenIdConnect + "ClientId", clientId)
            .WithEnvironment(context => context.EnvironmentVariables[OpenIdConnect + "Authority"] = AddressOf(provider, Realm));
        if (web.ApplicationBuilder.ExecutionContext.IsPublishMode)
        {
            // Development has its secret in the realm file and in appsettings.Development.json; a published application brings its own.
            var secret = web.ApplicationBuilder.AddParameter("web-client-secret", secret: true);
            return web.WithEnvironment(OpenIdConnect + "ClientSecret", secret);
        }

        web.WithAuthenticatorsOf(provider.Resource);

        // The realm allows redirects to this address only: Web's as browsers know it, not as a container would.
        var address = web.Resource.GetAddress();
        provider.WithAnnotation(new EnvironmentCallbackAnnotation(context => context.EnvironmentVariables["WEB_URL"] = address));

        // The lab's token of another issuer.
        return web.WithEnvironment(context => context.EnvironmentVariables["Lab__ServiceAccounts__neighbour__TokenEndpoint"] =
            ReferenceExpression.Create($"{AddressOf(provider, "neighbour")}/protocol/openid-connect/token"));
    }

    private static ReferenceExpression AddressOf(IResourceBuilder<IResourceWithServiceDiscovery> provider, string realm) =>
        ReferenceExpression.Create($"{provider.Resource.GetAddress()}/realms/{realm}");
}
