using System.Net.Http.Headers;
using AuthDemo.ServiceDefaults;
using AuthDemo.Web.Lab.Scenarios;
using AuthDemo.Web.Login;
using AuthTracing;

namespace AuthDemo.Web.Lab.Answers;

/// <summary>
/// How far a request got and what stopped it, according to its response: <c>Server-Timing</c> (W3C) contains the steps, the problem details
/// contain the reason. A step that is missing did not happen.
/// </summary>
internal static class Lane
{
    public static IReadOnlyList<LaneStep> Of(RunResult result)
    {
        var scenario = result.Scenario;
        LaneStep[] before =
        [
            new(Stations.Browser, LaneStep.Passed, result.Persona == Personas.Nobody ? "no session" : $"{result.Persona}’s session"),
            new(Stations.Web, LaneStep.Passed, scenario.Credential.StoryFor(result.Persona)),
        ];
        var stopped = result.IsFault ? LaneStep.Failed : LaneStep.Stopped;
        if (scenario.Request.Target == Target.IdentityProvider)
            return [.. before, new(Stations.LoginForm, stopped, "shows the page again")];

        var steps = result.Headers.GetValueOrDefault("Server-Timing", []).Select(Step.Read).ToArray();
        var authenticated = steps.FirstOrDefault(step => step.Name == Steps.Authenticate);
        var allowed = steps.LastOrDefault(step => step.Name == Steps.Authorize);
        var denied = steps.LastOrDefault(step => step is { Name: Steps.Authorize, Outcome: Outcomes.Denied });
        var ran = steps.FirstOrDefault(step => step.Name == RequestSteps.Endpoint);
        LaneStep[] stations =
        [
            authenticated is { Outcome: Outcomes.Succeeded, What: var scheme }
                ? new(Stations.Authentication, LaneStep.Passed, $"{scheme}: it knows who asks")
                : new(Stations.Authentication, LaneStep.Skipped, authenticated is null ? "not asked" : "no token, and none needed"),
            allowed is { What: var policy }
                ? new(Stations.Authorization, LaneStep.Passed, $"{policy}: allowed")
                : new(Stations.Authorization, LaneStep.Skipped, "not asked"),
            new(Stations.Endpoint, LaneStep.Passed, ran?.What ?? "ran"),
        ];

        var stop = (result.Status, result.Explanation("decidedBy")?.ToString()) switch
        {
            // No decision and no explanation: no endpoint matched.
            (404, null) when steps.Length == 0 => Stations.Routing,
            (_, not Stations.Authentication) when result.IsFault && ran is null => Stations.Server,
            (_, Stations.Authentication) => Stations.Authentication,
            // A step-up challenge is a 401 from authorization, as the API reports.
            (403, _) or (_, Stations.Authorization) => Stations.Authorization,
            _ when denied is not null => Stations.Authorization,
            (401, _) => Stations.Authentication,
            // Pages redirect anonymous visitors to the login instead of returning 401.
            (302, _) when steps is [{ Name: Steps.Authenticate, Outcome: Outcomes.None }] => Stations.Authentication,
            ( >= 400, _) => Stations.Endpoint,
            _ => null,
        };
        if (stop is null) return [.. before, .. stations];

        var why = result.Reason ?? (result.Status == 302 ? "sent to the login" : $"{result.Status}");
        if (stop == Stations.Authorization && denied is not null) why = $"{denied.What}: {why}";
        var at = Array.FindIndex(stations, station => station.Step == stop); // -1 if before all of them
        return
        [
            .. before,
            .. stations[..Math.Max(at, 0)],
            new(stop, stopped, why),
            .. stations[(at + 1)..].Select(station => new LaneStep(
                station.Step, LaneStep.NotReached,
                station.Step == Stations.Endpoint && ran is not null ? "looked it up, did nothing" : "")),
        ];
    }

    private sealed record Step(string Name, string What, string? Outcome)
    {
        /// <param name="entry">For example <c>authorize;desc="AdminsOnly";outcome=denied</c>.</param>
        public static Step Read(string entry)
        {
            var parsed = NameValueWithParametersHeaderValue.Parse(entry);
            return new Step(parsed.Name, Parameter("desc")?.Trim('"') ?? "", Parameter("outcome"));

            string? Parameter(string name) => parsed.Parameters.FirstOrDefault(parameter => parameter.Name == name)?.Value;
        }
    }
}

/// <summary>One station of a request, with its outcome.</summary>
/// <param name="Step">One of <see cref="Stations"/>.</param>
/// <param name="Outcome">One of the constants below.</param>
/// <param name="Text">The text to show.</param>
internal sealed record LaneStep(string Step, string Outcome, string Text)
{
    public string Name => Step == Stations.LoginForm ? "Login form" : char.ToUpperInvariant(Step[0]) + Step[1..];

    public const string Passed = "passed";

    /// <summary>The request was rejected here.</summary>
    public const string Stopped = "stopped";

    /// <summary>An error occurred here, regardless of the caller.</summary>
    public const string Failed = "failed";

    /// <summary>No check was made here.</summary>
    public const string Skipped = "skipped";

    public const string NotReached = "notReached";
}

/// <summary>The stations of a request. The last three are the values of <c>decidedBy</c> in the Api's problem details.</summary>
internal static class Stations
{
    public const string Browser = "browser";
    public const string Web = "web";
    public const string LoginForm = "loginForm";

    /// <summary>Routing; shown only if no endpoint matched.</summary>
    public const string Routing = "routing";

    /// <summary>The server itself; shown only if it failed before any decision.</summary>
    public const string Server = "server";
    public const string Authentication = "authentication";
    public const string Authorization = "authorization";
    public const string Endpoint = "endpoint";
}
