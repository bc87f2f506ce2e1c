using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace AuthDemo.Reference;

internal static class Telemetry
{
    private static readonly ActivitySource Source = new("AuthDemo.Reference");

    /// <summary>The OpenTelemetry set-up of the service defaults that Aspire's project template writes.</summary>
    public static void AddAspireTelemetry(this WebApplicationBuilder builder)
    {
        builder.Logging.AddOpenTelemetry(logging =>
        {
            logging.IncludeFormattedMessage = true;
            logging.IncludeScopes = true;
        });
        var telemetry = builder.Services.AddOpenTelemetry()
            .WithMetrics(metrics => metrics.AddAspNetCoreInstrumentation().AddHttpClientInstrumentation().AddMeter("System.Runtime"))
            .WithTracing(tracing => tracing.AddSource(Source.Name).AddAspNetCoreInstrumentation().AddHttpClientInstrumentation());
        if (builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] is { Length: > 0 }) telemetry.UseOtlpExporter();
    }

    /// <summary>Spans as the Api has them around its decisions, with four tags each: what they alone cost.</summary>
    public static void UseMoreSpans(this WebApplication app, int count)
    {
        if (count > 0) app.UseMiddleware<SpansMiddleware>(count);
    }

    private sealed class SpansMiddleware(RequestDelegate next, int count)
    {
        public Task InvokeAsync(HttpContext context)
        {
            for (var i = 0; i < count; i++)
            {
                using var span = Source.StartActivity("decision");
                span?.SetTag("auth.scheme", "Bearer");
                span?.SetTag("auth.outcome", "succeeded");
                span?.SetTag("user.id", "11111111-0000-4000-8000-000000000001");
                span?.SetTag("user.roles", "user");
            }

            return next(context);
        }
    }
}
