using System.Text.Json.Nodes;
using AuthDemo.AppHost.Local;

namespace Aspire.Hosting;

/// <summary>Adds Keycloak.</summary>
public static class KeycloakResourceBuilderExtensions
{
    /// <summary>Adds Keycloak with an endpoint named <c>http</c>.</summary>
    public static IResourceBuilder<KeycloakResource> AddKeycloak(
        this IDistributedApplicationBuilder builder, string name, int? port = null,
        IResourceBuilder<ParameterResource>? adminUsername = null, IResourceBuilder<ParameterResource>? adminPassword = null)
    {
        var model = (DistributedApplicationBuilder)builder;
        var resource = new KeycloakResource(name, IdentityProvider.Choose(model.Configuration));
        resource.Endpoints.Add(new EndpointReference(resource, "http", "http", model.GetPort(port)));
        return builder.AddResource(resource).WithEnvironment(context =>
        {
            var variables = context.EnvironmentVariables;
            variables["KC_BOOTSTRAP_ADMIN_USERNAME"] = adminUsername?.Resource.Value ?? "admin";
            variables["KC_BOOTSTRAP_ADMIN_PASSWORD"] = adminPassword?.Resource.Value ?? model.KeycloakPassword;
            model.Dashboard?.AddTelemetry(variables, resource, resource.Provider.TelemetryProtocol);
            resource.Provider.AddEnvironment(resource, variables);
        });
    }

    /// <summary>Imports the realm files of a folder. Keycloak then counts as healthy when it serves each realm's discovery document.</summary>
    /// <param name="builder">The Keycloak resource.</param>
    /// <param name="import">The folder, relative to the AppHost's.</param>
    /// <exception cref="DistributedApplicationException">The folder has no realm file.</exception>
    public static IResourceBuilder<KeycloakResource> WithRealmImport(this IResourceBuilder<KeycloakResource> builder, string import)
    {
        var folder = Path.GetFullPath(import, builder.ApplicationBuilder.AppHostDirectory);
        builder.Resource.Realms = folder;
        foreach (var realm in RealmFiles(folder)) builder.WithHttpHealthCheck($"/realms/{realm["realm"]}/.well-known/openid-configuration");
        return builder;
    }

    internal static IReadOnlyList<JsonNode> RealmFiles(string folder)
    {
        var files = Directory.Exists(folder) ? Directory.GetFiles(folder, "*-realm.json").Order().ToArray() : [];
        return files.Length > 0
            ? [.. files.Select(f => JsonNode.Parse(File.ReadAllText(f))!)]
            : throw new DistributedApplicationException($"There is no *-realm.json in {folder}: name the folder with the realm files in AppHost/AppHost.cs.");
    }
}
