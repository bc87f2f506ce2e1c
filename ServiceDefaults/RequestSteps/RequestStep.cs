using AuthTracing;
using Microsoft.AspNetCore.Http;

namespace AuthDemo.ServiceDefaults.RequestSteps;

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
