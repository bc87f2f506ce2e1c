namespace AuthDemo.Tests.Api;

/// <summary>The record of who did what, and of who was refused (OWASP ASVS 5.0, chapter 16).</summary>
public sealed class LogTests(RunningApi api) : IClassFixture<RunningApi>
{
    [Theory]
    [InlineData("GET /badge", null, "GET /badge was refused with 401 no_credentials by authentication, caller unknown")]
    [InlineData("GET /badge", "alice", "GET /badge was refused with 401 wrong_audience by authentication, caller unknown", "\"aud\":\"x\"")]
    [InlineData("GET /intercom", null, "GET /intercom was refused with 403 network_not_allowed by OfficeNetworkOnly, caller unknown")]
    [InlineData("DELETE /users/carol", "alice",
        "DELETE /users/{id} was refused with 403 role_missing by AdminsOnly, caller alice through web")]
    [InlineData("GET /safes/2", "alice", "GET /safes/{number:int} was refused with 404 hidden by SafeOwner, caller alice through web")]
    [InlineData("GET /lockers/2", "alice",
        "GET /lockers/{number:int} was refused with 403 not_owner by LockerOwner, caller a_b through web",
        "\"preferred_username\":\"a\\nb\"")]
    [InlineData("DELETE /users/frank", "admin", "delete-user was done by admin through web: DELETE /users/frank")]
    [InlineData("POST /reset", "admin", "reset was done by admin through web: POST /reset")]
    [InlineData("POST /alarm/disarm", "admin", "disarm-alarm was done by admin through web: POST /alarm/disarm")]
    [InlineData("DELETE /users/nobody", "admin", null)]
    [InlineData("GET /users", "admin", null)]
    public async Task Log_says_who_did_what(string request, string? caller, string? expected, string payload = "")
    {
        var persona = caller is null ? null : Persona.Named(caller);
        var answer = await api.SendAsync(request, persona, payload);
        var record = answer.Logs.SingleOrDefault(log => log.Event.Name is "RequestRefused" or "ActionTaken");
        Assert.Equal(expected, record?.Message.TrimEnd());
        if (record is null) return;
        var fields = record.Fields;
        Assert.Equal(expected!.EndsWith("unknown") ? (null, null) : (persona!.Subject, "web"), (fields["Subject"], fields["Client"]));
        Assert.Equal(answer.Trace.ToHexString(), fields["TraceId"]);
        if (record.Event.Name == "RequestRefused") return;
        Assert.Equal(expected.Split(' ')[0], fields["Action"]);
        Assert.Equal(request.StartsWith("DELETE") ? request.Split('/')[^1] : null, fields["Resource"]);
    }

    [Fact]
    public async Task Query_string_and_method_of_the_caller_s_own_making_stay_out_of_spans_and_logs()
    {
        var answer = await api.SendAsync("CANARY /lobby?code=canary-code&state=canary-state");
        Assert.Equal(405, answer.Status);
        var spans = await answer.SpansAsync();
        Assert.Equal("HTTP", spans.Single(span => span.Kind == ActivityKind.Server).DisplayName);
        Assert.All(spans.SelectMany(span => span.TagObjects), tag => Assert.DoesNotContain("canary-", $"{tag.Value}"));
        Assert.All(answer.Logs, log => Assert.DoesNotContain("canary-", log.Message));
    }
}
