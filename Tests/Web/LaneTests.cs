using AuthDemo.Web.Lab.Answers;
using AuthDemo.Web.Lab.Credentials;
using AuthDemo.Web.Lab.Scenarios;

namespace AuthDemo.Tests.Web;

public sealed class LaneTests
{
    private const string Known = "authenticate;desc=\"Bearer succeeded\"";

    [Theory]
    [InlineData(204, null, null, Known + ", authorize;desc=\"AdminsOnly allowed\", endpoint;desc=\"DELETE /users/{id}\"",
        "passed", "passed", "passed")]
    [InlineData(403, "role_missing", "authorization", Known + ", authorize;desc=\"AdminsOnly denied\"", "passed", "stopped", "notReached")]
    [InlineData(401, "no_credentials", "authentication", "authenticate;desc=\"Bearer none\"", "stopped", "notReached", "notReached")]
    [InlineData(401, "login_too_old", "authorization", Known + ", authorize;desc=\"AdminsWithRecentLogin denied\"",
        "passed", "stopped", "notReached")]
    [InlineData(403, "network_not_allowed", "authorization", "authorize;desc=\"OfficeNetwork denied\"", "skipped", "stopped", "notReached")]
    [InlineData(200, null, null, "endpoint;desc=\"GET /lobby\"", "skipped", "skipped", "passed")]
    [InlineData(404, "not_found", "endpoint", Known + ", authorize;desc=\"BadgeHolders allowed\", endpoint;desc=\"GET /safes/{number}\"",
        "passed", "passed", "stopped")]
    [InlineData(302, null, null, "authenticate;desc=\"Cookies none\"", "stopped", "notReached", "notReached")]
    [InlineData(403, "group_missing", "authorization",
        Known + ", authorize;desc=\"BadgeHolders allowed\", endpoint;desc=\"POST /rooms/{id}/entries\""
            + ", authorize;desc=\"RoomGroup denied\"",
        "passed", "stopped", "notReached")]
    public void Lane_shows_how_far_the_response_says_it_got(
        int status, string? reason, string? decidedBy, string serverTiming, string authentication, string authorization, string endpoint)
    {
        var lane = Lane.From(Caller.Nobody, Credential.NightWatch, Target.Api, status, reason, decidedBy, serverTiming);

        Assert.Equal(["browser", "web", "authentication", "authorization", "endpoint"], lane.Select(step => step.Step));
        Assert.Equal([authentication, authorization, endpoint], lane.Skip(2).Select(step => step.Outcome));
        if (lane.FirstOrDefault(step => step.Outcome == LaneStep.Stopped) is { } stopped)
            Assert.Contains(reason ?? "login", stopped.Text);
    }

    [Fact]
    public void Address_that_does_not_exist_is_stopped_by_routing()
    {
        var lane = Lane.From(Caller.Nobody, Credential.Session, Target.Api, 404, "not_found", decidedBy: null, serverTiming: null);

        Assert.Equal(["browser", "web", "routing", "authentication", "authorization", "endpoint"], lane.Select(step => step.Step));
        Assert.Equal(["stopped", "notReached", "notReached", "notReached"], lane.Skip(2).Select(step => step.Outcome));
    }

    [Fact]
    public void Wrong_password_is_stopped_by_the_login_form_though_the_page_worked()
    {
        var lane = Lane.From(Caller.Nobody, Credential.WrongPassword, Target.IdentityProvider, 200, null, null, null);
        Assert.Equal((Stations.LoginForm, LaneStep.Stopped), (lane[^1].Step, lane[^1].Outcome));
    }

    [Fact]
    public void Without_explanations_the_status_alone_tells_who_stopped_it()
    {
        var lane = Lane.From(
            Caller.Nobody, Credential.NightWatch, Target.Api, 401, "token_expired", decidedBy: null, serverTiming: null);
        Assert.Equal(LaneStep.Stopped, lane.Single(step => step.Step == "authentication").Outcome);
    }
}
