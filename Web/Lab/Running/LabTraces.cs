using System.Diagnostics;
using AuthDemo.Web.Lab.Answers;
using AuthDemo.Web.Login;

namespace AuthDemo.Web.Lab.Running;

/// <summary>How the lab's traces are named and kept apart, so that the dashboard's list reads as a table of results.</summary>
internal static class LabTraces
{
    public const string Source = "AuthDemo.Lab";

    private static readonly ActivitySource Traces = new(Source);

    /// <summary>What happened, with few different values: <c>delete-user as alice: 403 role_missing</c>.</summary>
    public static string NameOf(RunResult result)
    {
        var persona = Personas.All.Contains(result.Persona) ? result.Persona : "other";
        return $"{result.Scenario} as {persona}: {result.Status} {result.Reason}".TrimEnd();
    }

    /// <summary>
    /// Begins a trace of its own, linked to what it belongs to. Call it in an async method: what it does to the current span ends there.
    /// </summary>
    public static Activity? Begin(string name)
    {
        var cause = Activity.Current;
        Activity.Current = null;
        // Server, since the trace list keeps traces that begin where somebody asked for something.
        return Traces.StartActivity(
            name, ActivityKind.Server, parentContext: default, tags: null, links: cause is null ? null : [new ActivityLink(cause.Context)]);
    }
}
