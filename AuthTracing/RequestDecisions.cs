#nullable enable

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;

namespace AuthTracing;

/// <summary>
/// What is known of a request so far. Bounded by the number of schemes, so that the one request of a hub's connection does not grow.
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

        // A response that never starts, for example after an exception, only completes.
        context.Response.OnStarting(static decisions => ((RequestDecisions)decisions).EndUnlessChallenging(), this);
        context.Response.OnCompleted(static decisions => ((RequestDecisions)decisions).EndAll(), this);
    }

    /// <summary>Whether something has refused the request already. Only the first refusal is an error.</summary>
    public bool IsRefused => refusals > 0;

    /// <summary>Why code was last told "no".</summary>
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

    /// <summary>A handler decides once a request and then repeats itself. False where the scheme has been asked before.</summary>
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
    /// Holds the ended span of an authentication without success until it is known whether the request is refused because of it: at the
    /// latest when the response starts.
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
    /// The authentication that a policy fails for: the last failed one of its schemes, or the last that found nothing. A policy without
    /// schemes goes by whatever ran.
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

    /// <summary>While code challenges, the spans are kept even if the challenge starts the response.</summary>
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

    // Stopping a span makes its parent the current one, which would be wrong here: others have begun since.
    private static void End(PendingAuthentication authentication)
    {
        var current = Activity.Current;
        authentication.Decision.Span?.Stop();
        Activity.Current = current;
    }
}

/// <summary>An authentication without success, which refuses the request if a policy needs a user.</summary>
/// <param name="Decision">The decision of the scheme that decided.</param>
/// <param name="AskedScheme">The scheme that was asked for, which may have forwarded to the other one.</param>
internal sealed record PendingAuthentication(AuthDecision Decision, string AskedScheme);
