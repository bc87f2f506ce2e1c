using AuthDemo.ServiceDefaults.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace AuthDemo.ServiceDefaults;

/// <summary>What the Api and Web have in common.</summary>
public static class Defaults
{
    /// <summary>
    /// Adds telemetry, health checks, and spans around every decision of authentication and authorization.
    /// Map the health checks with <see cref="HealthEndpoints.MapHealthEndpoints"/>.
    /// </summary>
    public static TBuilder AddServiceDefaults<TBuilder>(this TBuilder builder) where TBuilder : IHostApplicationBuilder
    {
        SettingException.EndTheProcessWhereUncaught();
        builder.AddTelemetry();
        builder.AddDecisionTracing();
        builder.Services.AddHealthChecks().AddCheck("self", () => HealthCheckResult.Healthy(), [HealthEndpoints.Live]);
        return builder;
    }
}
