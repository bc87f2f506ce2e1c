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
/// Reports in the <c>Server-Timing</c> header (W3C Server Timing) how far a request got: each decision with its outcome, and whether the
/// endpoint ran. Development only.
/// </summary>
public static partial class RequestSteps
{
    /// <summary>The step for an endpoint that ran; the others are <see cref="Steps"/>.</summary>
    public const string Endpoint = "endpoint";

    private static readonly ActivitySource Source = new(DecisionTracing.SourceName);

    /// <summary>Adds the header. Call it before any middleware that can end a request.</summary>
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
    /// Starts a span, <c>endpoint {METHOD} {route}</c>, for endpoints that require authorization. Call it after <c>UseAuthorization</c>, so
    /// that a rejected request has none.
    /// </summary>
    public static void UseEndpointTracing(this WebApplication app) => app.Use(async (context, next) =>
    {
        var endpoint = context.GetEndpoint() as RouteEndpoint;
        var name = $"{context.Request.Method} {RefusalLog.RouteOf(endpoint)}";
        if (endpoint is not null) Note(context, Endpoint, name, outcome: null);
        using (endpoint?.Metadata.GetMetadata<IAuthorizeData>() is null ? null : Source.StartActivity($"{Endpoint} {name}"))
            await next(context);
    });

    /// <param name="outcome">One of <see cref="Outcomes"/>; null for an endpoint.</param>
    internal static void Note(HttpContext context, string step, string name, string? outcome) => context.Features.Get<Trail>()?.Enqueue(
        $"{step};desc=\"{Unquotable().Replace(name, "?")}\"" + (outcome is null ? "" : $";outcome={outcome}"));

    /// <summary>Characters that a quoted string cannot contain unescaped (RFC 9110, section 5.6.4).</summary>
    [GeneratedRegex(@"[^ !#-\[\]-~]")]
    private static partial Regex Unquotable();

    // A request can evaluate policies in parallel.
    private sealed class Trail : ConcurrentQueue<string>;
}
