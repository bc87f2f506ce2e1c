using AuthDemo.ServiceDefaults.AuthTracing;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Trace;

namespace AuthDemo.ServiceDefaults.Telemetry;

/// <summary>
/// Traces, metrics and logs from the sources that .NET itself has. The instrumentation packages are left out on purpose: Aspire switches
/// their
/// redaction of query strings off in Development, and authorization codes travel in query strings.
/// </summary>
internal static class Telemetry
{
    /// <summary>The framework's meters, and the refusals.</summary>
    private static readonly string[] Meters =
    [
        "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Microsoft.AspNetCore.Authentication",
        "Microsoft.AspNetCore.Authorization", "System.Net.Http", "System.Runtime", AuthSource.Name,
    ];

    /// <summary>
    /// Categories whose Information repeats what must not be logged: the query string of each request, and the claims of refused tokens.
    /// </summary>
    private static readonly string[] Indiscreet = ["Microsoft.AspNetCore.Hosting.Diagnostics", "Microsoft.AspNetCore.Authentication"];

    public static void AddTelemetry(this IHostApplicationBuilder builder)
    {
        // Without this the framework's server span has no tags, and the sampler nothing to judge by.
        AppContext.SetSwitch("Microsoft.AspNetCore.Hosting.SuppressActivityOpenTelemetryData", false);
        builder.Services.AddSingleton<IStartupFilter, ServerSpan>();

        foreach (var category in Indiscreet)
            builder.Logging.AddFilter(category, LogLevel.Warning);

        var telemetry = builder.Services.AddOpenTelemetry()
            .WithTracing(tracing => tracing
                .AddSource("Microsoft.AspNetCore", "System.Net.Http", AuthSource.Name)
                .SetSampler(new RequestSampler()))
            .WithMetrics(metrics => metrics.AddMeter(Meters))
            .WithLogging(configureBuilder: null, logging =>
            {
                logging.IncludeFormattedMessage = true;
                logging.IncludeScopes = true;
            });

        if (!string.IsNullOrWhiteSpace(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
            telemetry.UseOtlpExporter();
    }
}
