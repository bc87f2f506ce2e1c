using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace AuthDemo.Tests.Documents;

/// <summary>The README's short version, compiled: a test holds the README against these lines.</summary>
internal static class ShortVersion
{
    public static void Api(WebApplicationBuilder builder)
    {
        builder.Services.AddAuthentication().AddJwtBearer(bearer =>
        {
            bearer.Authority = "http://localhost:8080/realms/authdemo";
            bearer.RequireHttpsMetadata = false; // localhost only
            bearer.MapInboundClaims = false;
            bearer.TokenValidationParameters = new()
            {
                ValidAudience = "api",
                ValidTypes = ["at+jwt"],
                ValidAlgorithms = ["RS256"],
                RoleClaimType = "roles",
            };
        });
        builder.Services.AddAuthorizationBuilder().AddPolicy("AdminsOnly", policy => policy.RequireRole("admin"));
    }

    public static void Web(WebApplicationBuilder builder)
    {
        builder.Services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie()
            .AddOpenIdConnect(login =>
            {
                login.Authority = "http://localhost:8080/realms/authdemo";
                login.RequireHttpsMetadata = false; // localhost only
                login.ClientId = "web";
                login.ClientSecret = builder.Configuration["ClientSecret"];
                login.ResponseType = "code";
                login.SaveTokens = true;
                login.MapInboundClaims = false;
            });
    }

    public static void AppHost(IDistributedApplicationBuilder builder)
    {
        var keycloak = builder.AddKeycloak("keycloak", 8080).WithRealmImport("Realms");
        var api = builder.AddProject<Projects.Api>("api").WithReference(keycloak);
        builder.AddProject<Projects.Web>("web").WithReference(keycloak).WithReference(api).WaitFor(keycloak);
    }
}

/// <summary>What of Aspire.Hosting.Keycloak the lines call: not every package feed has it.</summary>
internal static class KeycloakPackage
{
    public static IResourceBuilder<KeycloakResource> AddKeycloak(this IDistributedApplicationBuilder builder, string name, int port) =>
        builder.AddResource(new KeycloakResource(name)).WithHttpEndpoint(port);

    public static IResourceBuilder<KeycloakResource> WithRealmImport(this IResourceBuilder<KeycloakResource> keycloak, string folder) =>
        keycloak.WithBindMount(folder, "/opt/keycloak/data/import");

    public sealed class KeycloakResource(string name) : ContainerResource(name), IResourceWithServiceDiscovery;
}
