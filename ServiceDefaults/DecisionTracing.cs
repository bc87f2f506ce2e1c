using AuthTracing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;

namespace AuthDemo.ServiceDefaults;

/// <summary>What this application adds to the decision spans: its users, and the trail for Server-Timing.</summary>
public static class DecisionTracing
{
    /// <summary>The name under which the decisions are traced and the refusals are counted.</summary>
    public const string SourceName = "AuthDemo.Auth";

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
        if (builder.Environment.IsDevelopment()) options.Decided = Note;
    });

    // A caller must not learn that anything was decided about a thing that is hidden from them.
    private static void Note(HttpContext context, AuthDecision decision)
    {
        if (decision.Reason != Reasons.Hidden) RequestSteps.Note(context, decision.Step, decision.Name, decision.Outcome);
    }
}
