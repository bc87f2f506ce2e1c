using System.Security.Cryptography;

var builder = DistributedApplication.CreateBuilder(args);

var keycloak = builder.AddKeycloak("keycloak", port: 8080)
    .WithUrlForEndpoint("http", url => url.DisplayText = "Keycloak");
if (builder.ExecutionContext.IsRunMode)
{
    // Development realms with development secrets: nothing to publish.
    keycloak.WithRealmImport("Realms");
}

// Keycloak does not read OTEL_EXPORTER_OTLP_*, which Aspire sets: hand them on. Only calls that are part of a trace
// leave spans; without the sampler and the JDBC setting Keycloak's own work drowns the list.
keycloak.WithEnvironment(context =>
{
    var variables = context.EnvironmentVariables;
    if (!variables.TryGetValue("OTEL_EXPORTER_OTLP_ENDPOINT", out var endpoint)) return;

    variables["KC_FEATURES"] = "opentelemetry";
    variables["KC_TRACING_ENABLED"] = "true";
    variables["KC_TRACING_ENDPOINT"] = endpoint;
    variables["KC_TRACING_PROTOCOL"] = variables["OTEL_EXPORTER_OTLP_PROTOCOL"];
    variables["KC_TRACING_JDBC_ENABLED"] = "false";
    variables["KC_TRACING_SAMPLER_TYPE"] = "parentbased_always_off";
    variables["OTEL_TRACES_SAMPLER"] = "parentbased_always_off";
    if (variables.TryGetValue("OTEL_EXPORTER_OTLP_HEADERS", out var headers))
    {
        variables["KC_TRACING_HEADER_X_OTLP_API_KEY"] = ((string)headers).Replace("x-otlp-api-key=", "");
    }
});

var api = builder.AddProject<Projects.Api>("api")
    .WithReference(keycloak)
    .WaitFor(keycloak)
    .WithHttpHealthCheck("/health")
    .WithUrlForEndpoint("http", url => url.DisplayText = "API");

var commandsKey = RandomNumberGenerator.GetHexString(32);
var web = builder.AddProject<Projects.Web>("web")
    .WithReference(keycloak)
    .WithReference(api)
    .WaitFor(api)
    .WithHttpHealthCheck("/health")
    .WithExternalHttpEndpoints()
    .WithUrlForEndpoint("http", url => url.DisplayText = "AuthDemo: start here")
    .WithEnvironment("DASHBOARD_URL", builder.Configuration["ASPNETCORE_URLS"]?.Split(';')[0])
    .WithEnvironment("COMMANDS_KEY", commandsKey)
    .WithHttpCommand("/commands/run-all-flows", "Run all flows", commandOptions: new HttpCommandOptions
    {
        Description = "Sends the request of every scenario that needs no login, and compares the answer with the table.",
        IconName = "Play",
        IsHighlighted = true,
        PrepareRequest = context =>
        {
            context.Request.Headers.Add("X-Commands-Key", commandsKey);
            return Task.CompletedTask;
        },
    });

// The realm allows redirects to Web's public address only: a container would see another one.
keycloak.WithEnvironment("WEB_URL", web.GetEndpoint("http", KnownNetworkIdentifiers.LocalhostNetwork));

builder.Build().Run();
