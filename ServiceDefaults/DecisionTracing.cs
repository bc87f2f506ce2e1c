using AuthDemo.ServiceDefaults.RequestSteps;
using AuthTracing;
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
        if (builder.Environment.IsDevelopment())
        {
            options.Decided = (context, decision) =>
                RequestTrail.Note(context, new RequestStep(decision.Step, decision.Name, decision.Outcome));
        }
    });
}
