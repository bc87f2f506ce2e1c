using System.Diagnostics;
using AuthDemo.ServiceDefaults.RequestSteps;
using AuthTracing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;

namespace AuthDemo.ServiceDefaults;

/// <summary>What this application adds to the decision spans: its users, its reasons, and the trail for Server-Timing.</summary>
public static class DecisionTracing
{
    /// <summary>The name under which the decisions are traced and the refusals are counted.</summary>
    public const string SourceName = "AuthDemo.Auth";

    private const string Verified = "auth.token.verified";

    /// <summary>
    /// The spans say who it was: id and roles, and in Development the name. The users are those of the demo's realm; an application with
    /// real ones decides about <see cref="AuthTracingOptions.RecordUser"/> for itself.
    /// </summary>
    internal static void AddDecisionTracing(this IHostApplicationBuilder builder) => builder.Services.AddAuthTracing(options =>
    {
        options.SourceName = SourceName;
        options.NameOutcomes = true;
        options.RecordUser = true;
        options.CodeDenialsAreErrors = true; // no code here asks only to hide a button
        options.Describe = Describe;
        if (builder.Environment.IsDevelopment())
        {
            options.Decided = (context, decision) =>
                RequestTrail.Note(context, new RequestStep(decision.Step, decision.Name, decision.Outcome));
        }
    });

    /// <summary>
    /// Shows on the span of the authentication under way what a refused token says of itself. Only for Development: elsewhere no claim of a
    /// refused token reaches a span.
    /// </summary>
    public static void ShowUnverified(UnverifiedToken token)
    {
        if (Activity.Current is not { Source.Name: SourceName, IsAllDataRequested: true } span) return;
        span.SetTag(Verified, false);
        foreach (var (name, value) in token.Shown()) span.SetTag("auth.token." + name, value);
    }

    private static void Describe(AuthDecision decision)
    {
        if (decision.Exception is CredentialRefusedException { Reason: var reason } refused)
        {
            var isShown = decision.Span?.GetTagItem(Verified) is not null;
            decision.Reason = reason;
            if (Reasons.Of(reason).Status >= 500) decision.Outcome = Outcomes.Error; // an outage says nothing about the caller
            decision.Description = (refused.Detail ?? Reasons.Of(reason).Detail)
                + (isShown ? " What the token says of itself (auth.token) is unverified." : "");
        }

        if (decision.Exception is BadHttpRequestException { StatusCode: var status })
            (decision.Reason, decision.Description) = (Reasons.OfStatus(status), "The body could not be read.");
        if (decision.Failure?.FailureReasons.OfType<Denial>().FirstOrDefault() is not { } denial) return;
        decision.Reason = denial.Reason;
        decision.Required = denial.Required.Words;
        decision.Actual = denial.Actual.Words;
    }
}
