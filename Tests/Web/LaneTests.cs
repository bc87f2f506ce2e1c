using AuthDemo.Web.Lab.Answers;
using AuthDemo.Web.Lab.Credentials;
using AuthDemo.Web.Lab.Scenarios;

namespace AuthDemo.Tests.Web;

public sealed class LaneTests
{
    private const string Known = "authenticate;desc=\"Bearer\";outcome=succeeded";
    private const string Unknown = "authenticate;desc=\"Bearer\";outcome=none";
    private const string Allowed = ", authorize;desc=\"BadgeHolders\";outcome=allowed";
    private const string Denied = ", authorize;desc=\"AdminsOnly\";outcome=denied";
    private const string Ran = ", endpoint;desc=\"DELETE /users/{id}\"";

    [Theory]
    [InlineData(204, null, null, Known + Allowed + Ran, "passed", "passed", "passed")]
    [InlineData(403, "role_missing", "authorization", Known + Denied, "passed", "stopped", "notReached")]
    [InlineData(401, "no_credentials", "authentication", Unknown, "stopped", "notReached", "notReached")]
    [InlineData(401, "login_too_old", "authorization", Known + Denied, "passed", "stopped", "notReached")]
    [InlineData(403, "network_not_allowed", "authorization", "authorize;desc=\"N\";outcome=denied", "skipped", "stopped", "notReached")]
    [InlineData(200, null, null, "endpoint;desc=\"GET /lobby\"", "skipped", "skipped", "passed")]
    [InlineData(404, "not_found", "endpoint", Known + Allowed + Ran, "passed", "passed", "stopped")]
    [InlineData(302, null, null, Unknown, "stopped", "notReached", "notReached")]
    [InlineData(403, "group_missing", "authorization", Known + Allowed + Ran + Denied, "passed", "stopped", "notReached")]
    public void Lane_shows_how_far_the_response_says_it_got(
        int status, string? reason, string? decidedBy, string serverTiming, string authentication, string authorization, string endpoint)
    {
        var lane = new Lane(status, reason, decidedBy, serverTiming.Split(", ")).Read(Caller.Nobody, Credential.NightWatch, Target.Api);

        Assert.Equal(["browser", "web", "authentication", "authorization", "endpoint"], lane.Select(step => step.Step));
        Assert.Equal([authentication, authorization, endpoint], lane.Skip(2).Select(step => step.Outcome));
        if (lane.FirstOrDefault(step => step.Outcome == LaneStep.Stopped) is { } stopped)
            Assert.Contains(reason ?? "login", stopped.Text);
    }

    [Theory]
    [InlineData(503, "identity_provider_unavailable", "authentication", Known, "authentication")]
    [InlineData(500, null, null, Known + Ran, "endpoint")]
    [InlineData(429, null, null, null, "server")]
    [InlineData(413, "payload_too_large", null, null, "server")]
    public void Fault_failed_where_it_did_and_stopped_nobody(
        int status, string? reason, string? decidedBy, string? serverTiming, string station)
    {
        var lane = new Lane(status, reason, decidedBy, serverTiming?.Split(", ") ?? [])
            .Read(Caller.Nobody, Credential.NightWatch, Target.Api);

        Assert.Equal(station, Assert.Single(lane, step => step.Outcome == LaneStep.Failed).Step);
        Assert.DoesNotContain(lane, step => step.Outcome == LaneStep.Stopped);
    }

    [Fact]
    public void Address_that_does_not_exist_is_stopped_by_routing()
    {
        var lane = new Lane(404, "not_found", decidedBy: null, []).Read(Caller.Nobody, Credential.Session, Target.Api);

        Assert.Equal(["browser", "web", "routing", "authentication", "authorization", "endpoint"], lane.Select(step => step.Step));
        Assert.Equal(["stopped", "notReached", "notReached", "notReached"], lane.Skip(2).Select(step => step.Outcome));
    }

    [Fact]
    public void Wrong_password_is_stopped_by_the_login_form_though_the_page_worked()
    {
        var lane = new Lane(200, null, null, []).Read(Caller.Nobody, Credential.WrongPassword, Target.IdentityProvider);
        Assert.Equal((Stations.LoginForm, LaneStep.Stopped), (lane[^1].Step, lane[^1].Outcome));
    }

    [Fact]
    public void Without_explanations_the_status_alone_tells_who_stopped_it()
    {
        var lane = new Lane(401, "token_expired", decidedBy: null, []).Read(Caller.Nobody, Credential.NightWatch, Target.Api);
        Assert.Equal(LaneStep.Stopped, lane.Single(step => step.Step == "authentication").Outcome);
    }
}
