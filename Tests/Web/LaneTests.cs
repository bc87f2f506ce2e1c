using AuthDemo.Web.Lab.Answers;
using AuthDemo.Web.Login;

namespace AuthDemo.Tests.Web;

public sealed class LaneTests
{
    private const string Known = "authenticate;desc=\"Bearer\";outcome=succeeded";
    private const string Unknown = "authenticate;desc=\"Bearer\";outcome=none";
    private const string Allowed = ", authorize;desc=\"BadgeHolders\";outcome=allowed";
    private const string Denied = ", authorize;desc=\"AdminsOnly\";outcome=denied";
    private const string Ran = ", endpoint;desc=\"DELETE /users/{id}\"";
    private const string Through = "authentication passed, authorization passed, endpoint passed";
    private const string StoppedFirst = "authentication stopped, authorization notReached, endpoint notReached";
    private const string StoppedSecond = "authentication passed, authorization stopped, endpoint notReached";
    private const string Before = "authentication notReached, authorization notReached, endpoint notReached";

    [Theory]
    [InlineData(204, null, null, Known + Allowed + Ran, Through)]
    [InlineData(403, "role_missing", "authorization", Known + Denied, StoppedSecond)]
    [InlineData(403, "group_missing", "authorization", Known + Allowed + Ran + Denied, StoppedSecond)]
    [InlineData(401, "no_credentials", "authentication", Unknown, StoppedFirst)]
    [InlineData(401, "token_expired", null, null, StoppedFirst)] // without explanations the status alone tells
    [InlineData(401, "login_too_old", "authorization", Known + Denied, StoppedSecond)]
    [InlineData(302, null, null, Unknown, StoppedFirst)]
    [InlineData(404, "not_found", "endpoint", Known + Allowed + Ran, "authentication passed, authorization passed, endpoint stopped")]
    [InlineData(200, null, null, "endpoint;desc=\"GET /lobby\"", "authentication skipped, authorization skipped, endpoint passed")]
    [InlineData(403, "network_not_allowed", "authorization", "authorize;desc=\"N\";outcome=denied",
        "authentication skipped, authorization stopped, endpoint notReached")]
    [InlineData(404, "not_found", null, null, "routing stopped, " + Before)]
    // A fault failed where it did, and stopped nobody.
    [InlineData(503, "identity_provider_unavailable", "authentication", Known,
        "authentication failed, authorization notReached, endpoint notReached")]
    [InlineData(500, null, null, Known + Ran, "authentication passed, authorization skipped, endpoint failed")]
    [InlineData(429, null, null, null, "server failed, " + Before)]
    [InlineData(413, "payload_too_large", null, null, "server failed, " + Before)]
    [InlineData(200, null, null, null, "loginForm stopped", "wrong-password")] // though the page worked
    public void Lane_shows_how_far_the_response_says_it_got(
        int status, string? reason, string? decidedBy, string? serverTiming, string expected, string scenario = "device-badge")
    {
        var lane = Lane.Of(Answer.Of(scenario, Personas.Nobody, status, reason, decidedBy, serverTiming?.Split(", ") ?? []));

        Assert.Equal($"browser passed, web passed, {expected}", string.Join(", ", lane.Select(step => $"{step.Step} {step.Outcome}")));
        if (status >= 300 && lane.FirstOrDefault(step => step.Outcome == LaneStep.Stopped) is { } stopped)
            Assert.Contains(reason ?? "login", stopped.Text);
    }
}
