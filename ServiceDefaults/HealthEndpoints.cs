using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Routing;

namespace AuthDemo.ServiceDefaults;

/// <summary>The health endpoints: open to everybody, silent in traces and HTTP metrics.</summary>
public static class HealthEndpoints
{
    /// <summary>Path of the readiness check: every health check.</summary>
    public const string Health = "/health";

    /// <summary>Path of the liveness check: only the health checks tagged <c>live</c>.</summary>
    public const string Alive = "/alive";

    internal const string Live = "live";

    /// <summary>Maps <c>/health</c> and <c>/alive</c>: 200 when healthy, 503 when not.</summary>
    public static void MapHealthEndpoints(this IEndpointRouteBuilder routes)
    {
        routes.MapHealthChecks(Health).AllowAnonymous().DisableHttpMetrics();
        routes.MapHealthChecks(Alive, new HealthCheckOptions { Predicate = check => check.Tags.Contains(Live) })
            .AllowAnonymous().DisableHttpMetrics();
    }
}
