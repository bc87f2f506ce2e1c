using AuthTracing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;

namespace AuthDemo.ServiceDefaults;

/// <summary>
/// Configures decision tracing: the user on the spans and, in Development, the decisions in the <c>Server-Timing</c> header.
/// </summary>
public static class DecisionTracing
{
    /// <summary>The name of the activity source for decisions, and of the meter for refusals.</summary>
    public const string SourceName = "AuthDemo.Auth";

    /// <summary>
    /// Records the user's id and roles on the spans, and in Development the name. Reconsider <see cref="AuthTracingOptions.RecordUser"/>
    /// for real users: this is personal data.
    /// </summary>
    internal static void AddDecisionTracing(this IHostApplicationBuilder builder) => builder.Services.AddAuthTracing(options =>
    {
        options.SourceName = SourceName;
        options.NameOutcomes = true;
        options.RecordUser = true;
        options.CodeDenialsAreErrors = true; // no code here authorizes only to hide a button
        if (builder.Environment.IsDevelopment()) options.Decided = Note;
    });

    // The header must not reveal that a hidden resource exists.
    private static void Note(HttpContext context, AuthDecision decision)
    {
        if (decision.Reason != Reasons.Hidden) RequestSteps.Note(context, decision.Step, decision.Name, decision.Outcome);
    }
}
