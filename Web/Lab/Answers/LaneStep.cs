namespace AuthDemo.Web.Lab.Answers;

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
