using OpenTelemetry.Trace;

namespace AuthDemo.StandIn.Hosting;

internal static class QuietTelemetry
{
    /// <summary>Only calls that are part of a trace leave spans, as with Keycloak's sampler <c>parentbased_always_off</c>.</summary>
    public static void AddQuietTelemetry(this WebApplicationBuilder builder)
    {
        builder.Services.ConfigureOpenTelemetryTracerProvider(tracing =>
            tracing.SetSampler(new ParentBasedSampler(new AlwaysOffSampler())));

        // At Information both repeat the parameters of requests: codes, secrets and passwords.
        builder.Logging.AddFilter("OpenIddict", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        // A start that fails prints its exception already.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
    }
}
