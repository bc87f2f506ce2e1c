using OpenTelemetry.Trace;

namespace AuthDemo.StandIn.Hosting;

internal static class QuietTelemetry
{
    /// <summary>Traces only requests that are part of a trace, like Keycloak with the sampler <c>parentbased_always_off</c>.</summary>
    public static void AddQuietTelemetry(this WebApplicationBuilder builder)
    {
        builder.Services.ConfigureOpenTelemetryTracerProvider(tracing =>
            tracing.SetSampler(new ParentBasedSampler(new AlwaysOffSampler())));

        // At Information both log request parameters: codes, secrets and passwords.
        builder.Logging.AddFilter("OpenIddict", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        // A failed start already prints its exception.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
    }
}
