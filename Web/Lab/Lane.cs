namespace AuthDemo.Web.Lab;

/// <summary>One station on a request's way, and how it went there.</summary>
/// <param name="Step">browser, web, authentication, authorization, endpoint, or loginForm.</param>
/// <param name="Outcome">One of <see cref="Passed"/>, <see cref="Stopped"/>, <see cref="Skipped"/>, <see cref="NotReached"/>.</param>
/// <param name="Text">What happened there.</param>
public sealed record LaneStep(string Step, string Outcome, string Text)
{
    /// <summary>It went through.</summary>
    public const string Passed = "passed";
    /// <summary>It was refused here.</summary>
    public const string Stopped = "stopped";
    /// <summary>Nothing was checked here.</summary>
    public const string Skipped = "skipped";
    /// <summary>It did not get here.</summary>
    public const string NotReached = "notReached";
}

/// <summary>
/// How far a request got and who stopped it, read from its own response: <c>Server-Timing</c> (W3C) tells the steps that happened, the problem
/// details tell the reason. A step that the response does not mention did not happen.
/// </summary>
internal static class Lane
{
    public static IReadOnlyList<LaneStep> Draw(Caller caller, Proof proof, Target target, int status, string? reason, string? decidedBy, string? serverTiming)
    {
        var browser = new LaneStep("browser", LaneStep.Passed, caller.IsNobody ? "no session" : $"{caller.Persona}’s session");
        var web = new LaneStep("web", LaneStep.Passed, proof.Story);
        if (target == Target.IdentityProvider) return [browser, web, new("loginForm", LaneStep.Passed, "shows the page again")];

        var steps = Parse(serverTiming);
        var denied = steps.LastOrDefault(s => s.Name == "authorize" && s.Outcome == "denied");
        // A step-up is a 401 for which authorization decided: the API says so itself.
        var authorizationSaysNo = denied is not null || decidedBy == "authorization";
        return [browser, web, Authentication(), Authorization(), Endpoint()];

        // A page answers nobody with a redirect to the login, everything else with 401.
        bool StoppedAtTheDoor() => decidedBy == "authentication"
            || (status == StatusCodes.Status401Unauthorized && !authorizationSaysNo)
            || (status == StatusCodes.Status302Found && steps is [{ Name: "authenticate", Outcome: "none" }]);

        LaneStep Authentication()
        {
            var step = steps.FirstOrDefault(s => s.Name == "authenticate");
            if (StoppedAtTheDoor()) return new("authentication", LaneStep.Stopped, reason ?? "nobody: to the login");
            return step?.Outcome switch
            {
                "succeeded" => new("authentication", LaneStep.Passed, $"{step.What}: it knows who asks"),
                not null => new("authentication", LaneStep.Skipped, "no badge, and none needed"),
                null => new("authentication", LaneStep.Skipped, "not asked"),
            };
        }

        LaneStep Authorization()
        {
            if (StoppedAtTheDoor()) return new("authorization", LaneStep.NotReached, "not reached");
            if (authorizationSaysNo) return new("authorization", LaneStep.Stopped, Named(denied?.What, reason ?? "refused"));
            var step = steps.LastOrDefault(s => s.Name == "authorize");
            return step is null
                ? new("authorization", LaneStep.Skipped, "not asked")
                : new("authorization", LaneStep.Passed, $"{step.What}: allowed");
        }

        LaneStep Endpoint()
        {
            var step = steps.FirstOrDefault(s => s.Name == "endpoint");
            if (step is null && status >= 300) return new("endpoint", LaneStep.NotReached, "not reached");
            if (authorizationSaysNo) return new("endpoint", LaneStep.NotReached, "looked it up, did nothing");
            return status >= 400
                ? new("endpoint", LaneStep.Stopped, reason ?? $"{status}")
                : new("endpoint", LaneStep.Passed, step?.What ?? "ran");
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
            var split = name == "endpoint" ? -1 : text.LastIndexOf(' ');
            steps.Add(new Step(name, split < 0 ? text : text[..split], split < 0 ? null : text[(split + 1)..]));
        }

        return steps;
    }

    private sealed record Step(string Name, string What, string? Outcome);
}
