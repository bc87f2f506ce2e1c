namespace AuthDemo.AppHost.Keycloak;

internal static class KeycloakTracing
{
    /// <summary>
    /// Passes Aspire's <c>OTEL_EXPORTER_OTLP_*</c> settings to Keycloak, which does not read them (microsoft/aspire, issue 20276). The
    /// sampler and the JDBC setting keep Keycloak's background work out of the trace list.
    /// </summary>
    public static IResourceBuilder<T> WithKeycloakTracing<T>(this IResourceBuilder<T> keycloak) where T : IResourceWithEnvironment =>
        keycloak.WithEnvironment(context =>
        {
            var variables = context.EnvironmentVariables;
            if (!variables.TryGetValue("OTEL_EXPORTER_OTLP_ENDPOINT", out var endpoint)) return;
            variables["KC_FEATURES"] = "opentelemetry";
            variables["KC_TRACING_ENABLED"] = "true";
            variables["KC_TRACING_ENDPOINT"] = endpoint;
            variables["KC_TRACING_PROTOCOL"] = variables["OTEL_EXPORTER_OTLP_PROTOCOL"];
            variables["KC_TRACING_JDBC_ENABLED"] = "false";
            variables["KC_TRACING_SAMPLER_TYPE"] = variables["OTEL_TRACES_SAMPLER"] = "parentbased_always_off";
            if (variables.TryGetValue("OTEL_EXPORTER_OTLP_HEADERS", out var headers))
                variables["KC_TRACING_HEADER_X_OTLP_API_KEY"] = ((string)headers).Replace("x-otlp-api-key=", "", StringComparison.Ordinal);
        });
}
