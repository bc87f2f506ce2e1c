using AuthDemo.ServiceDefaults.RequestSteps;
using AuthTracing;
using AuthDemo.Web.Lab.Credentials;
using AuthDemo.Web.Lab.Scenarios;

namespace AuthDemo.Web.Lab.Answers;

/// <summary>
/// How far a request got and who stopped it, read from its own response: <c>Server-Timing</c> (W3C) tells the steps that happened, the
/// problem details tell the reason. A step that the response does not mention did not happen.
/// </summary>
internal static class Lane
{
    public static IReadOnlyList<LaneStep> From(
        Caller caller, Credential credential, Target target, int status, string? reason, string? decidedBy, string? serverTiming)
    {
        var browser = new LaneStep(Stations.Browser, LaneStep.Passed, caller.IsNobody ? "no session" : $"{caller.Persona}’s session");
        var web = new LaneStep(Stations.Web, LaneStep.Passed, credential.StoryFor(caller.Persona));
        if (target == Target.IdentityProvider) return [browser, web, new(Stations.LoginForm, LaneStep.Stopped, "shows the page again")];

        var steps = Parse(serverTiming);
        // No check was made and no endpoint says that it decided: there was none for this address.
        if (status == StatusCodes.Status404NotFound && steps.Count == 0 && decidedBy is null)
        {
            return
            [
                browser,
                web,
                new(Stations.Routing, LaneStep.Stopped, reason ?? "no such address"),
                new(Stations.Authentication, LaneStep.NotReached, "not asked"),
                new(Stations.Authorization, LaneStep.NotReached, "not asked"),
                new(Stations.Endpoint, LaneStep.NotReached, "there is none"),
            ];
        }

        var denied = steps.LastOrDefault(s => s.Name == Steps.Authorize && s.Outcome == Outcomes.Denied);
        // A step-up is a 401 for which authorization decided: the API says so itself.
        var authorizationSaysNo = denied is not null || decidedBy == Stations.Authorization;
        return [browser, web, Authentication(), Authorization(), Endpoint()];

        // A page answers nobody with a redirect to the login, everything else with 401.
        bool WasNotAuthenticated() => decidedBy == Stations.Authentication
            || (status == StatusCodes.Status401Unauthorized && !authorizationSaysNo)
            || (status == StatusCodes.Status302Found && steps is [{ Name: Steps.Authenticate, Outcome: Outcomes.None }]);

        LaneStep Authentication()
        {
            var step = steps.FirstOrDefault(s => s.Name == Steps.Authenticate);
            if (WasNotAuthenticated()) return new(Stations.Authentication, LaneStep.Stopped, reason ?? "sent to the login");
            return step?.Outcome switch
            {
                Outcomes.Succeeded => new(Stations.Authentication, LaneStep.Passed, $"{step.What}: it knows who asks"),
                not null => new(Stations.Authentication, LaneStep.Skipped, "no token, and none needed"),
                null => new(Stations.Authentication, LaneStep.Skipped, "not asked"),
            };
        }

        LaneStep Authorization()
        {
            if (WasNotAuthenticated()) return new(Stations.Authorization, LaneStep.NotReached, "");
            if (authorizationSaysNo) return new(Stations.Authorization, LaneStep.Stopped, Named(denied?.What, reason ?? "refused"));
            var step = steps.LastOrDefault(s => s.Name == Steps.Authorize);
            return step is null
                ? new(Stations.Authorization, LaneStep.Skipped, "not asked")
                : new(Stations.Authorization, LaneStep.Passed, $"{step.What}: allowed");
        }

        LaneStep Endpoint()
        {
            var step = steps.FirstOrDefault(s => s.Name == RequestStep.Endpoint);
            if (step is null && status >= 300) return new(Stations.Endpoint, LaneStep.NotReached, "");
            if (authorizationSaysNo) return new(Stations.Endpoint, LaneStep.NotReached, "looked it up, did nothing");
            return status >= 400
                ? new(Stations.Endpoint, LaneStep.Stopped, reason ?? $"{status}")
                : new(Stations.Endpoint, LaneStep.Passed, step?.What ?? "ran");
        }
    }

    private static string Named(string? policy, string reason) => policy is null ? reason : $"{policy}: {reason}";

    // authenticate;desc="Bearer succeeded", authorize;desc="AdminsOnly denied", endpoint;desc="DELETE /users/{id}"
    private static List<Step> Parse(string? serverTiming)
    {
        var steps = new List<Step>();
        foreach (var entry in (serverTiming ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var name = entry.Split(';')[0];
            var start = entry.IndexOf("desc=\"", StringComparison.Ordinal);
            var text = start < 0 ? "" : entry[(start + 6)..].TrimEnd('"');
            var split = name == RequestStep.Endpoint ? -1 : text.LastIndexOf(' ');
            steps.Add(new Step(name, split < 0 ? text : text[..split], split < 0 ? null : text[(split + 1)..]));
        }

        return steps;
    }

    private sealed record Step(string Name, string What, string? Outcome);
}
