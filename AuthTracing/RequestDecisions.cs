#nullable enable

using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;

namespace AuthTracing;

/// <summary>
/// The decisions of a request so far. Bounded by the number of schemes, so that it does not grow with a hub's long-lived connection.
/// </summary>
internal sealed class RequestDecisions
{
    private static readonly object Creation = new();

    private readonly List<string> schemes = [];
    private readonly List<PendingAuthentication> pending = [];
    private readonly HttpContext context;
    private volatile bool isChallenging;
    private int refusals;

    private RequestDecisions(HttpContext context)
    {
        this.context = context;
        if (context.Response.HasStarted) return;

        // For a response that never starts, for example after an exception.
        context.Response.OnStarting(static decisions => ((RequestDecisions)decisions).EndUnlessChallenging(), this);
        context.Response.OnCompleted(static decisions => ((RequestDecisions)decisions).EndAll(), this);
    }

    /// <summary>Whether the request was rejected already. Only the first rejection is an error.</summary>
    public bool IsRefused => refusals > 0;

    /// <summary>The reason of the last denial by <c>IAuthorizationService</c>.</summary>
    public string? LastDenial { get; set; }

    public static RequestDecisions Of(HttpContext context)
    {
        lock (Creation)
        {
            var decisions = context.Features.Get<RequestDecisions>() ?? new RequestDecisions(context);
            context.Features.Set(decisions);
            return decisions;
        }
    }

    /// <summary>False if the scheme has authenticated before: handlers cache their result for the request.</summary>
    public bool TryAsk(string scheme)
    {
        lock (schemes)
        {
            if (schemes.Contains(scheme)) return false;
            schemes.Add(scheme);
            return true;
        }
    }

    public bool TryRefuse() => Interlocked.Increment(ref refusals) == 1;

    /// <summary>
    /// Holds the ended span of a failed authentication until it is known whether the request is rejected because of it, at the latest until
    /// the response starts.
    /// </summary>
    public void Keep(PendingAuthentication authentication)
    {
        if (context.Response.HasStarted)
        {
            End(authentication);
            return;
        }

        authentication.Decision.Span?.SetEndTime(DateTime.UtcNow);
        lock (schemes) pending.Add(authentication);
    }

    /// <summary>
    /// The authentication for which a policy failed: the last of its schemes that failed, or that found no credentials. For a policy
    /// without schemes, any scheme.
    /// </summary>
    public PendingAuthentication? PendingFor(IReadOnlyList<string> policySchemes)
    {
        lock (schemes)
        {
            PendingAuthentication? found = null;
            foreach (var one in pending)
            {
                var isAsked = policySchemes.Count == 0
                    || policySchemes.Contains(one.AskedScheme) || policySchemes.Contains(one.Decision.Name);
                if (isAsked && (found?.Decision.Outcome is null or Outcomes.None || one.Decision.Outcome != Outcomes.None)) found = one;
            }

            return found;
        }
    }

    public void Refuse(PendingAuthentication authentication, DecisionSpans spans)
    {
        if (!TryRefuse()) return;
        spans.Refuse(authentication.Decision);
        EndAll();
    }

    /// <summary>Keeps the spans during a challenge by code, even if it starts the response.</summary>
    public void BeginChallenge() => isChallenging = true;

    public void EndChallenge()
    {
        isChallenging = false;
        if (context.Response.HasStarted) EndAll();
    }

    private Task EndUnlessChallenging() => isChallenging ? Task.CompletedTask : EndAll();

    private Task EndAll()
    {
        PendingAuthentication[] ended;
        lock (schemes)
        {
            ended = [.. pending];
            pending.Clear();
        }

        foreach (var authentication in ended) End(authentication);
        return Task.CompletedTask;
    }

    private static void End(PendingAuthentication authentication) => authentication.Decision.Span?.Stop();
}

/// <summary>An unsuccessful authentication, which rejects the request if a policy requires a user.</summary>
/// <param name="Decision">The decision.</param>
/// <param name="AskedScheme">The requested scheme, which may have forwarded to another one.</param>
internal sealed record PendingAuthentication(AuthDecision Decision, string AskedScheme);
