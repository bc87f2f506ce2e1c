using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using AuthDemo.AppHost.Keycloak;

namespace AuthDemo.Tests.AppHost;

/// <summary>Keycloak gets what Aspire says about telemetry under its own names.</summary>
public sealed class KeycloakTracingTests
{
    [Theory]
    [InlineData("x-otlp-api-key=otlp-key", "otlp-key")]
    [InlineData(null, null)] // a dashboard that is open to all
    public async Task Endpoint_protocol_and_key_are_handed_on_and_the_sampler_is_quiet(string? header, string? key)
    {
        var keycloak = new Dictionary<string, object>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://localhost:18889",
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "grpc",
            ["OTEL_TRACES_SAMPLER"] = "always_on",
        };
        if (header is not null) keycloak["OTEL_EXPORTER_OTLP_HEADERS"] = header;

        await EvaluateAsync(keycloak);

        Assert.Equal("http://localhost:18889", keycloak["KC_TRACING_ENDPOINT"]);
        Assert.Equal("grpc", keycloak["KC_TRACING_PROTOCOL"]);
        Assert.Equal(key, keycloak.GetValueOrDefault("KC_TRACING_HEADER_X_OTLP_API_KEY"));
        Assert.Equal("parentbased_always_off", keycloak["OTEL_TRACES_SAMPLER"]);
        Assert.Equal("parentbased_always_off", keycloak["KC_TRACING_SAMPLER_TYPE"]);
        Assert.Equal("false", keycloak["KC_TRACING_JDBC_ENABLED"]);
    }

    [Fact]
    public async Task Without_a_dashboard_Keycloak_traces_nothing()
    {
        var keycloak = new Dictionary<string, object>();
        await EvaluateAsync(keycloak);
        Assert.Empty(keycloak);
    }

    private static async Task EvaluateAsync(Dictionary<string, object> variables)
    {
        var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions { DisableDashboard = true });
        var keycloak = builder.AddExecutable("keycloak", "kc.sh", ".").WithKeycloakTracing().Resource;
        foreach (var callback in keycloak.Annotations.OfType<EnvironmentCallbackAnnotation>())
            await callback.Callback(new(builder.ExecutionContext, keycloak, variables));
    }
}
