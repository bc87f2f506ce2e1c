using System.Net.Http.Headers;
using AuthDemo.ServiceDefaults.RequestSteps;
using AuthDemo.Web.Lab.Credentials;
using AuthDemo.Web.Lab.Scenarios;
using AuthTracing;

namespace AuthDemo.Web.Lab.Answers;

/// <summary>
/// How far a request got and who stopped it, read from its own response: <c>Server-Timing</c> (W3C) tells the steps that happened, the
/// problem details tell the reason. A step that the response does not mention did not happen.
/// </summary>
internal sealed class Lane(int status, string? reason, string? decidedBy, IEnumerable<string> serverTiming)
{
    private readonly Step[] steps = [.. serverTiming.Select(Step.Read)];

    /// <summary>Whether a status says nothing about who asks or what they may: an outage, a limit, a request that was cut short.</summary>
    public static bool IsFault(int status) => status is >= 500 or 408 or 413 or 429;

    /// <param name="caller">Who asked Web.</param>
    /// <param name="credential">What Web sent along.</param>
    /// <param name="target">Who was asked.</param>
    public IReadOnlyList<LaneStep> Read(Caller caller, Credential credential, Target target)
    {
        var browser = new LaneStep(Stations.Browser, LaneStep.Passed, caller.IsNobody ? "no session" : $"{caller.Persona}’s session");
        var web = new LaneStep(Stations.Web, LaneStep.Passed, credential.StoryFor(caller.Persona));
        if (target == Target.IdentityProvider) return [browser, web, new(Stations.LoginForm, LaneStep.Stopped, "shows the page again")];
        return IsUnrouted
            ? [browser, web, .. BeforeEverything(Stations.Routing, LaneStep.Stopped, reason ?? "no such address")]
            : IsFault(status) && !WasReached
                ? [browser, web, .. BeforeEverything(Stations.Server, LaneStep.Failed, reason ?? $"{status}")]
                : [browser, web, Authentication(), Authorization(), Endpoint()];
    }

    private Step? Authenticated => steps.FirstOrDefault(step => step.Name == Steps.Authenticate);

    private Step? Authorized => steps.LastOrDefault(step => step.Name == Steps.Authorize);

    private Step? Denied => steps.LastOrDefault(step => step is { Name: Steps.Authorize, Outcome: Outcomes.Denied });

    private Step? Ran => steps.FirstOrDefault(step => step.Name == RequestStep.Endpoint);

    // No check was made and no endpoint says that it decided: there was none for this address.
    private bool IsUnrouted => status == StatusCodes.Status404NotFound && steps.Length == 0 && decidedBy is null;

    private bool WasReached => Ran is not null || decidedBy == Stations.Authentication;

    // A step-up is a 401 for which authorization decided: the API says so itself.
    private bool AuthorizationSaysNo => Denied is not null || decidedBy == Stations.Authorization;

    // A page answers nobody with a redirect to the login, everything else with 401.
    private bool AuthenticationSaysNo => decidedBy == Stations.Authentication
        || (status == StatusCodes.Status401Unauthorized && !AuthorizationSaysNo)
        || (status == StatusCodes.Status302Found && steps is [{ Name: Steps.Authenticate, Outcome: Outcomes.None }]);

    private string StoppedOrFailed => IsFault(status) ? LaneStep.Failed : LaneStep.Stopped;

    private LaneStep[] BeforeEverything(string station, string outcome, string text) =>
    [
        new(station, outcome, text),
        new(Stations.Authentication, LaneStep.NotReached, "not asked"),
        new(Stations.Authorization, LaneStep.NotReached, "not asked"),
        new(Stations.Endpoint, LaneStep.NotReached, IsUnrouted ? "there is none" : ""),
    ];

    private LaneStep Authentication() => Authenticated switch
    {
        _ when AuthenticationSaysNo => new(Stations.Authentication, StoppedOrFailed, reason ?? "sent to the login"),
        { Outcome: Outcomes.Succeeded, What: var scheme } =>
            new(Stations.Authentication, LaneStep.Passed, $"{scheme}: it knows who asks"),
        not null => new(Stations.Authentication, LaneStep.Skipped, "no token, and none needed"),
        null => new(Stations.Authentication, LaneStep.Skipped, "not asked"),
    };

    private LaneStep Authorization() => Authorized switch
    {
        _ when AuthenticationSaysNo => new(Stations.Authorization, LaneStep.NotReached, ""),
        _ when AuthorizationSaysNo => new(
            Stations.Authorization, LaneStep.Stopped, $"{(Denied is null ? "" : $"{Denied.What}: ")}{reason ?? "refused"}"),
        { What: var policy } => new(Stations.Authorization, LaneStep.Passed, $"{policy}: allowed", policy),
        null => new(Stations.Authorization, LaneStep.Skipped, "not asked"),
    };

    private LaneStep Endpoint() => Ran switch
    {
        null when status >= 300 => new(Stations.Endpoint, LaneStep.NotReached, ""),
        _ when AuthorizationSaysNo => new(Stations.Endpoint, LaneStep.NotReached, "looked it up, did nothing"),
        _ when status >= 400 => new(Stations.Endpoint, StoppedOrFailed, reason ?? $"{status}"),
        var ran => new(Stations.Endpoint, LaneStep.Passed, ran?.What ?? "ran"),
    };

    private sealed record Step(string Name, string What, string? Outcome)
    {
        /// <param name="entry">Such as <c>authorize;desc="AdminsOnly";outcome=denied</c>.</param>
        public static Step Read(string entry)
        {
            var parsed = NameValueWithParametersHeaderValue.Parse(entry);
            return new Step(parsed.Name, Parameter("desc")?.Trim('"') ?? "", Parameter("outcome"));

            string? Parameter(string name) => parsed.Parameters.FirstOrDefault(parameter => parameter.Name == name)?.Value;
        }
    }
}

/// <summary>One station on a request's way, and how it went there.</summary>
/// <param name="Step">One of <see cref="Stations"/>.</param>
/// <param name="Outcome">One of the constants below.</param>
/// <param name="Text">What happened there.</param>
/// <param name="AllowedBy">The policy that let it pass; null where none did.</param>
public sealed record LaneStep(string Step, string Outcome, string Text, string? AllowedBy = null)
{
    public const string Passed = "passed";

    /// <summary>It was refused here.</summary>
    public const string Stopped = "stopped";

    /// <summary>Something did not work here, whoever asks.</summary>
    public const string Failed = "failed";

    /// <summary>Nothing was checked here.</summary>
    public const string Skipped = "skipped";

    public const string NotReached = "notReached";
}

/// <summary>The stations of a request. The Api's problem details name the last three in <c>decidedBy</c>.</summary>
public static class Stations
{
    public const string Browser = "browser";
    public const string Web = "web";
    public const string LoginForm = "loginForm";

    /// <summary>Finding the endpoint for an address: a station of its own only where there is none.</summary>
    public const string Routing = "routing";

    /// <summary>All that a request passes before anybody is asked about it: a station of its own only where that failed.</summary>
    public const string Server = "server";
    public const string Authentication = "authentication";
    public const string Authorization = "authorization";
    public const string Endpoint = "endpoint";
}
