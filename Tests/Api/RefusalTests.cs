using Microsoft.AspNetCore.Authorization.Policy;

namespace AuthDemo.Tests.Api;

/// <summary>What a refusal looks like, and its record. <see cref="Answer.AssertRefusedAsync"/> holds what all have in common.</summary>
public sealed class RefusalTests(RunningApi api, ProductionApi production) : IClassFixture<RunningApi>, IClassFixture<ProductionApi>
{
    private const string NotOwner = "roles user, and is not the owner";

    [Theory]
    [InlineData("DELETE /users/carol", "AdminsOnly", Reasons.RoleMissing,
        "role admin", "roles user", """{"role":"admin"} {"roles":["user"]}""")]
    [InlineData("DELETE /users/carol", "AdminsOnly", Reasons.RoleMissing,
        "role admin", "no roles", """{"role":"admin"} {"roles":[]}""", "-roles")]
    [InlineData("POST /rooms/control-room/entries", "RoomGroup", Reasons.GroupMissing,
        "group /security", "groups /engineering", """{"group":"/security"} {"groups":["/engineering"]}""")]
    [InlineData("GET /visitors", "VisitorReaders", Reasons.ScopeMissing,
        "scope visitors:read", "scopes profile, email", """{"scope":"visitors:read"} {"scopes":["profile","email"]}""",
        "\"scope\":\"profile email\"")]
    [InlineData("GET /visitors", "VisitorReaders", Reasons.ScopeMissing,
        "scope visitors:read", "no scopes", """{"scope":"visitors:read"} {"scopes":[]}""", "-scope")]
    [InlineData("GET /lockers/2", "LockerOwner", Reasons.NotOwner,
        "the owner or role admin", NotOwner, """{"owner":true,"role":"admin"} {"owner":false,"roles":["user"]}""")]
    [InlineData("GET /safes/2", "SafeOwner", Reasons.Hidden, "the owner", NotOwner, " ")]
    [InlineData("GET /intercom", "OfficeNetworkOnly", Reasons.NetworkNotAllowed,
        "the office network", "address 127.0.0.1", """{"network":"office"} {"address":"127.0.0.1"}""")]
    [InlineData("POST /vault/entries", "SecondFactor", Reasons.SecondFactorMissing,
        "acr mfa", "acr missing", """{"acr":"mfa"} {"acr":null}""")]
    public async Task Policy_says_what_was_needed_and_what_was_there(
        string request, string policy, string reason, string required, string actual, string json, string payload = "")
    {
        await (await production.SendAsync(request, Persona.Alice, payload)).AssertRefusedAsync(reason);
        var answer = await api.SendAsync(request, Persona.Alice, payload);
        var span = await answer.AssertRefusedAsync(reason);
        Assert.Equal(("authorize " + policy, required, actual),
            (span.OperationName, span.GetTagItem("auth.required"), span.GetTagItem("auth.actual")));
        Assert.Equal($"Needs {required}; the caller has {actual}.", span.StatusDescription);
        Assert.Equal(policy == "OfficeNetworkOnly" ? (null, null) : (Persona.Alice.Subject, "alice"),
            (span.GetTagItem("user.id"), span.GetTagItem("user.name")));
        Assert.Equal(json, $"{answer.Text("required")} {answer.Text("actual")}");
        Assert.Equal(
            reason == Reasons.Hidden ? ("endpoint", null) : ("authorization", policy), (answer.Text("decidedBy"), answer.Text("policy")));
    }

    /// <summary>RFC 9470. A login in the future proves nothing, and another one would be in the future too.</summary>
    [Theory]
    [InlineData(0.5, null)] // RFC 7519, section 2: a NumericDate may have a fraction
    [InlineData(4.0, null)]
    [InlineData(-83.0, "^a login of 8[3-9] s ago$")]
    [InlineData(60.0, "^a login [0-9]+ s in the future$")]
    [InlineData(1e12, "^no login time$")]
    [InlineData(null, "^no login time$")]
    public async Task Login_has_to_be_recent(double? age, string? actual)
    {
        var time = age is null ? "-auth_time"
            : "\"auth_time\":" + JsonSerializer.Serialize(DateTimeOffset.UtcNow.ToUnixTimeSeconds() + age);
        var answer = await api.SendAsync("POST /alarm/disarm", Persona.Admin, time);
        Assert.Equal(actual is null, answer.Status == 200);
        if (actual is null) return;
        var isFuture = actual.Contains("future");
        var span = await answer.AssertRefusedAsync(
            Reasons.LoginTooOld, isFuture ? "error=\"insufficient_user_authentication\", " : null);
        Assert.Equal("authorize AdminsWithRecentLogin", span.OperationName);
        Assert.Equal("a login at most 60 s old", span.GetTagItem("auth.required"));
        Assert.Matches(actual, (string?)span.GetTagItem("auth.actual"));
        Assert.Equal(isFuture, answer.Text("hint")!.Contains("clocks"));
        Assert.Equal(isFuture, Regex.IsMatch(answer.Text("detail")!, @"^The login is [0-9]+ s in the future\.$"));
    }

    [Fact]
    public async Task Role_is_asked_for_before_the_login_s_age() =>
        await (await api.SendAsync("POST /alarm/disarm", Persona.Alice, "\"auth_time\":1")).AssertRefusedAsync(Reasons.RoleMissing);

    [Theory]
    [InlineData("""{"roles":["admin"]}""", "realm_access")]
    [InlineData("{}", "somebody has to give you the role")]
    public async Task Roles_where_the_api_does_not_look_are_told_as_that(string access, string hint)
    {
        var name = access == "{}" ? "other" : "realm_access";
        var answer = await api.SendAsync("DELETE /users/carol", Persona.Admin, $"\"roles\":[],\"{name}\":{access}");
        await answer.AssertRefusedAsync(Reasons.RoleMissing);
        Assert.Contains(hint, answer.Text("hint"));
    }

    [Theory]
    [InlineData("GET /nowhere", 404, "not_found")]
    [InlineData("GET /users/carol", 405, "method_not_allowed")]
    [InlineData("PATCH /lobby", 405, "method_not_allowed")]
    [InlineData("GET /lockers/one", 404, "not_found")]
    public async Task Errors_of_the_framework_are_problem_details_whatever_the_caller_accepts(string request, int status, string reason)
    {
        (await production.SendAsync(request)).AssertError(status, reason);
        var answer = await api.SendAsync(request, api.Bearer(Persona.Alice), message => message.Headers.Add("Accept", "image/png"));
        answer.AssertError(status, reason);
        Assert.NotNull(answer.Text("hint"));
    }

    [Theory]
    [InlineData(500, "internal_server_error")]
    [InlineData(415, "unsupported_media_type")]
    public async Task Exception_becomes_a_problem_that_shows_nothing_of_it(int status, string reason)
    {
        Exception canary = status == 500 ? new FormatException("canary") : new BadHttpRequestException("canary", status);
        using var failing = new RunningApi(
            Environments.Development, services => services.AddTransient<IPolicyEvaluator>(_ => throw canary));
        var answer = await failing.SendAsync("GET /badge");
        answer.AssertError(status, reason);
        Assert.DoesNotContain("canary", answer.Body);
        var server = (await answer.SpansAsync()).Single(span => span.Kind == ActivityKind.Server);
        Assert.Equal(("GET /badge", status), (server.DisplayName, server.GetTagItem("http.response.status_code")));
        Assert.Equal(status == 500 ? (ActivityStatusCode.Error, "System.FormatException") : (ActivityStatusCode.Unset, null),
            (server.Status, server.GetTagItem("error.type")));
    }

    [Fact]
    public async Task Hidden_safe_answers_to_the_byte_as_one_that_does_not_exist()
    {
        foreach (var running in (RunningApi[])[api, production])
        {
            var (hidden, missing) = (await OpenAsync(running, 2), await OpenAsync(running, 99));
            hidden.AssertError(404, Reasons.NotFound);
            Assert.Equal(missing.Body.Replace($"{missing.Trace}", $"{hidden.Trace}"), hidden.Body);
            Assert.Equal(missing.Headers.Where(header => header.Key != "Date"), hidden.Headers.Where(header => header.Key != "Date"));
        }

        static Task<Answer> OpenAsync(RunningApi running, int number) => running.SendAsync($"GET /safes/{number}", Persona.Alice);
    }

    private const string Alice = "authenticate;desc=\"Bearer\";outcome=succeeded, authorize;desc=\"BadgeHolders\";outcome=allowed, ";

    [Theory]
    [InlineData("GET /lobby", "rubbish", "endpoint;desc=\"GET /lobby\"")] // which looks at no token
    [InlineData("GET /badge", "", "authenticate;desc=\"Bearer\";outcome=none")]
    [InlineData("GET /badge", "rubbish", "authenticate;desc=\"Bearer\";outcome=failed")]
    [InlineData("GET /intercom", "", "endpoint;desc=\"GET /intercom\", authorize;desc=\"OfficeNetworkOnly\";outcome=denied")]
    [InlineData("GET /lockers/2", "alice",
        Alice + "endpoint;desc=\"GET /lockers/{number:int}\", authorize;desc=\"LockerOwner\";outcome=denied")]
    [InlineData("GET /safes/1", "alice",
        Alice + "endpoint;desc=\"GET /safes/{number:int}\", authorize;desc=\"SafeOwner\";outcome=allowed")]
    [InlineData("GET /safes/2", "alice", Alice + "endpoint;desc=\"GET /safes/{number:int}\"")]
    public async Task Server_timing_tells_how_far_the_request_got(string request, string caller, string expected)
    {
        var answer = await api.SendAsync(request, caller == "alice" ? api.Bearer(Persona.Alice) : "Bearer " + caller);
        Assert.Equal(expected, answer.Headers["Server-Timing"]);
    }

    [Fact]
    public async Task Decision_about_one_thing_is_inside_the_span_of_its_endpoint()
    {
        var spans = await (await api.SendAsync("GET /lockers/2", Persona.Alice)).SpansAsync();
        var endpoint = spans.Single(span => span.DisplayName == "endpoint GET /lockers/{number:int}");
        Assert.Equal(ActivityStatusCode.Unset, endpoint.Status);
        Assert.Equal(endpoint.SpanId, spans.Single(span => span.DisplayName == "authorize LockerOwner: not_owner").ParentSpanId);
        Assert.Equal(endpoint.ParentSpanId, spans.Single(span => span.OperationName == "authorize BadgeHolders").ParentSpanId);
    }

    [Fact]
    public async Task Resource_metadata_leads_to_the_identity_provider()
    {
        var address = new Uri(Regex.Match((await api.SendAsync("GET /badge")).Challenge!, "resource_metadata=\"(.*)\"").Groups[1].Value);
        var metadata = (await api.SendAsync("GET " + address.PathAndQuery)).Json;
        Assert.Equal(address.GetLeftPart(UriPartial.Authority), metadata.GetProperty("resource").GetString());
        Assert.Equal(FakeIssuer.Issuer, metadata.GetProperty("authorization_servers")[0].GetString());
        Assert.Equal("visitors:read", metadata.GetProperty("scopes_supported")[0].GetString());
        Assert.Equal("header", metadata.GetProperty("bearer_methods_supported")[0].GetString());
    }

    [Theory] // OWASP ASVS 5.0, chapter 16
    [InlineData("GET /badge", null, "GET /badge was refused with 401 no_credentials by authentication, caller unknown")]
    [InlineData("GET /badge", "alice", "GET /badge was refused with 401 wrong_audience by authentication, caller unknown", "\"aud\":\"x\"")]
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
