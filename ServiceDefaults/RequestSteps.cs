using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.RegularExpressions;
using AuthTracing;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace AuthDemo.ServiceDefaults;

/// <summary>
/// How far a request really got. In Development every response tells it (W3C Server Timing): the decisions, with their outcome, and whether
/// the endpoint ran.
/// </summary>
public static partial class RequestSteps
{
    /// <summary>The endpoint itself ran; the other steps are <see cref="Steps"/>.</summary>
    public const string Endpoint = "endpoint";

    private static readonly ActivitySource Source = new(DecisionTracing.SourceName);

    /// <summary>Adds the header. Call it before everything that may answer.</summary>
    public static void UseServerTiming(this WebApplication app)
    {
        if (!app.Environment.IsDevelopment()) return;
        app.Use((context, next) =>
        {
            var trail = new Trail();
            context.Features.Set(trail);
            context.Response.OnStarting(() =>
            {
                context.Response.Headers.Append("Server-Timing", trail.ToArray());
                return Task.CompletedTask;
            });
            return next(context);
        });
    }

    /// <summary>
    /// Gives each endpoint that asks for authorization and is reached a span of its own, <c>endpoint {METHOD} {route}</c>. Call it after
    /// <c>UseAuthorization</c>: a request that was refused before has none.
    /// </summary>
    public static void UseEndpointTracing(this WebApplication app) => app.Use(async (context, next) =>
    {
        var endpoint = context.GetEndpoint() as RouteEndpoint;
        var name = $"{context.Request.Method} {RefusalLog.RouteOf(endpoint)}";
        if (endpoint is not null) Note(context, Endpoint, name, outcome: null);
        using (endpoint?.Metadata.GetMetadata<IAuthorizeData>() is null ? null : Source.StartActivity($"{Endpoint} {name}"))
            await next(context);
    });

    /// <param name="outcome">One of <see cref="Outcomes"/>; null for an endpoint, which runs and decides nothing by itself.</param>
    internal static void Note(HttpContext context, string step, string name, string? outcome) => context.Features.Get<Trail>()?.Enqueue(
        $"{step};desc=\"{Unquotable().Replace(name, "?")}\"" + (outcome is null ? "" : $";outcome={outcome}"));

    /// <summary>What a quoted string holds only escaped, or not at all (RFC 9110, section 5.6.4).</summary>
    [GeneratedRegex(@"[^ !#-\[\]-~]")]
    private static partial Regex Unquotable();

    // Code may ask several policies at once.
    private sealed class Trail : ConcurrentQueue<string>;
}
