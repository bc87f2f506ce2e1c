using System.Diagnostics;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AuthDemo.ServiceDefaults.RequestSteps;

/// <summary>Makes visible that a request got through to its endpoint.</summary>
public static class EndpointTracing
{
    private static readonly ActivitySource Source = new(DecisionTracing.SourceName);

    /// <summary>
    /// Gives each endpoint that asks for authorization and is reached a span of its own, <c>endpoint {METHOD} {route}</c>. Call it after
    /// <c>UseAuthorization</c>: a request that was refused before has none.
    /// </summary>
    public static IApplicationBuilder UseEndpointTracing(this IApplicationBuilder app)
    {
        var keepsTrail = app.ApplicationServices.GetRequiredService<IHostEnvironment>().IsDevelopment();
        return app.Use((HttpContext context, RequestDelegate next) =>
            (keepsTrail || Source.HasListeners())
            && context.GetEndpoint() is RouteEndpoint { RoutePattern.RawText: { } pattern }
                ? TraceAsync(context, next, pattern.TrimStart('/'), keepsTrail)
                : next(context));
    }

    private static async Task TraceAsync(HttpContext context, RequestDelegate next, string route, bool keepsTrail)
    {
        var method = context.Request.Method;
        if (keepsTrail) RequestTrail.Note(context, new RequestStep(RequestStep.Endpoint, $"{method} /{route}", Outcome: null));
        var isProtected = context.GetEndpoint()?.Metadata.GetMetadata<IAuthorizeData>() is not null;
        using (isProtected ? Source.StartActivity($"{RequestStep.Endpoint} {method} /{route}") : null)
            await next(context);
    }
}
