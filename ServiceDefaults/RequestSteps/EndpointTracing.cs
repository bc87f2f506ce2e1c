using AuthDemo.ServiceDefaults.AuthTracing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AuthDemo.ServiceDefaults.RequestSteps;

/// <summary>Makes visible that a request got through to its endpoint.</summary>
public static class EndpointTracing
{
    /// <summary>
    /// Gives each endpoint that is reached a span of its own, <c>endpoint {METHOD} {route}</c>. Call it after <c>UseAuthorization</c>: a
    /// request that was refused before has none.
    /// </summary>
    public static IApplicationBuilder UseEndpointTracing(this IApplicationBuilder app) => app.Use(TraceAsync);

    private static async Task TraceAsync(HttpContext context, RequestDelegate next)
    {
        if (context.GetEndpoint() is not RouteEndpoint { RoutePattern.RawText: { } pattern })
        {
            await next(context);
            return;
        }

        var name = $"{context.Request.Method} /{pattern.TrimStart('/')}";
        RequestTrail.Note(context, new RequestStep(RequestStep.Endpoint, name, Outcome: null));
        using (AuthSource.Source.StartActivity($"{RequestStep.Endpoint} {name}"))
            await next(context);
    }
}
