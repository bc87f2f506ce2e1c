using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using AuthTracing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;

namespace AuthDemo.ServiceDefaults.RequestSteps;

/// <summary>
/// In Development every response tells how far its request really got (W3C Server Timing): the steps that were taken, with what came of
/// them.
/// </summary>
public static partial class ServerTiming
{
    /// <summary>Call it before everything that may answer.</summary>
    /// <param name="app">The application.</param>
    /// <param name="hiddenPolicies">Policies of which a caller must not learn that they were asked.</param>
    public static void UseServerTiming(this WebApplication app, params string[] hiddenPolicies)
    {
        if (!app.Environment.IsDevelopment()) return;

        app.Use((context, next) =>
        {
            var trail = new RequestTrail();
            context.Features.Set(trail);
            context.Response.OnStarting(() =>
            {
                foreach (var step in trail.Steps.Where(step => !hiddenPolicies.Contains(step.Name)))
                    context.Response.Headers.Append("Server-Timing", Describe(step));
                return Task.CompletedTask;
            });
            return next(context);
        });
    }

    private static string Describe(RequestStep step) =>
        $"{step.Step};desc=\"{Unquotable().Replace(step.Name, "?")}\"" + (step.Outcome is null ? "" : $";outcome={step.Outcome}");

    /// <summary>What a quoted string holds only escaped, or not at all (RFC 9110, section 5.6.4).</summary>
    [GeneratedRegex(@"[^ !#-\[\]-~]")]
    private static partial Regex Unquotable();
}

/// <summary>One step of a request that was really taken.</summary>
/// <param name="Step">One of <see cref="Steps"/>, or <see cref="Endpoint"/>.</param>
/// <param name="Name">The scheme, the policy, or the method and route.</param>
/// <param name="Outcome">One of <see cref="Outcomes"/>; null for an endpoint, which runs and decides nothing by itself.</param>
public sealed record RequestStep(string Step, string Name, string? Outcome)
{
    /// <summary>The endpoint itself ran.</summary>
    public const string Endpoint = "endpoint";
}

/// <summary>The steps of a request until its response starts: later ones could no longer be told by it.</summary>
internal sealed class RequestTrail
{
    // Code may ask several policies at once.
    private readonly ConcurrentQueue<RequestStep> steps = new();

    public IEnumerable<RequestStep> Steps => steps;

    public static void Note(HttpContext context, RequestStep step) => context.Features.Get<RequestTrail>()?.steps.Enqueue(step);
}
