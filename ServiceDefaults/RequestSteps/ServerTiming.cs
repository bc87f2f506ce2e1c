using AuthTracing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;

namespace AuthDemo.ServiceDefaults.RequestSteps;

/// <summary>
/// In Development every response tells how far its request really got (W3C Server Timing): the steps that were taken, with what came of
/// them.
/// </summary>
public static class ServerTiming
{
    /// <summary>Call it before everything that may answer.</summary>
    /// <param name="app">The application.</param>
    /// <param name="hiddenPolicies">Policies of which a caller must not learn that they were asked.</param>
    public static void UseServerTiming(this WebApplication app, params string[] hiddenPolicies)
    {
        if (!app.Environment.IsDevelopment()) return;

        app.Use((context, next) =>
        {
            context.Response.OnStarting(() =>
            {
                foreach (var step in RequestTrail.Of(context).Where(step => !hiddenPolicies.Contains(step.Name)))
                    context.Response.Headers.Append("Server-Timing", Describe(step));
                return Task.CompletedTask;
            });
            return next(context);
        });
    }

    private static string Describe(RequestStep step) =>
        $"{step.Step};desc=\"{Escape(step.Name)}\"" + (step.Outcome is null ? "" : $";outcome={step.Outcome}");

    /// <summary>As the content of a quoted string (RFC 9110, section 5.6.4). A header takes ASCII only.</summary>
    private static string Escape(string text) => string.Concat(text.Select(character => character switch
    {
        '"' or '\\' => $"\\{character}",
        < ' ' or > '~' => "?",
        _ => character.ToString(),
    }));
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
    private static readonly object Creation = new();

    private readonly List<RequestStep> steps = [];

    public static RequestStep[] Of(HttpContext context)
    {
        if (context.Features.Get<RequestTrail>() is not { steps: var steps }) return [];
        lock (steps) return [.. steps];
    }

    public static void Note(HttpContext context, RequestStep step)
    {
        if (context.Response.HasStarted) return;
        var steps = (context.Features.Get<RequestTrail>() ?? Begin(context)).steps;
        lock (steps) steps.Add(step);
    }

    private static RequestTrail Begin(HttpContext context)
    {
        lock (Creation)
        {
            if (context.Features.Get<RequestTrail>() is { } parallel) return parallel;
            var trail = new RequestTrail();
            context.Features.Set(trail);
            return trail;
        }
    }
}
