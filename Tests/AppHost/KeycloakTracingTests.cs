using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using AuthDemo.AppHost.Keycloak;

namespace AuthDemo.Tests.AppHost;

/// <summary>Keycloak gets what Aspire says about telemetry under its own names.</summary>
public sealed class KeycloakTracingTests
{
    private const string Endpoint = "http://localhost:18889";

    [Fact]
    public async Task Endpoint_protocol_and_key_are_handed_on_and_the_sampler_is_quiet()
    {
        var keycloak = await EvaluateAsync(new()
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = Endpoint,
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "grpc",
            ["OTEL_EXPORTER_OTLP_HEADERS"] = "x-otlp-api-key=otlp-key",
            ["OTEL_TRACES_SAMPLER"] = "always_on",
        });

        Assert.Equal(Endpoint, keycloak["KC_TRACING_ENDPOINT"]);
        Assert.Equal("grpc", keycloak["KC_TRACING_PROTOCOL"]);
        Assert.Equal("otlp-key", keycloak["KC_TRACING_HEADER_X_OTLP_API_KEY"]);
        Assert.Equal("parentbased_always_off", keycloak["OTEL_TRACES_SAMPLER"]);
        Assert.Equal("parentbased_always_off", keycloak["KC_TRACING_SAMPLER_TYPE"]);
        Assert.Equal("false", keycloak["KC_TRACING_JDBC_ENABLED"]);
    }

    [Fact]
    public async Task Dashboard_that_is_open_to_all_asks_for_no_key()
    {
        var keycloak = await EvaluateAsync(new() { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = Endpoint, ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "grpc" });

        Assert.Equal(Endpoint, keycloak["KC_TRACING_ENDPOINT"]);
        Assert.DoesNotContain("KC_TRACING_HEADER_X_OTLP_API_KEY", keycloak.Keys);
    }

    [Fact]
    public async Task Without_a_dashboard_Keycloak_traces_nothing() => Assert.Empty(await EvaluateAsync([]));

    private static async Task<Dictionary<string, object>> EvaluateAsync(Dictionary<string, object> variables)
    {
        var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions { DisableDashboard = true });
        var keycloak = builder.AddExecutable("keycloak", "kc.sh", ".").WithKeycloakTracing();
        var context = new EnvironmentCallbackContext(builder.ExecutionContext, keycloak.Resource, variables);
        foreach (var callback in keycloak.Resource.Annotations.OfType<EnvironmentCallbackAnnotation>()) await callback.Callback(context);
        return variables;
    }
}
