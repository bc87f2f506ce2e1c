using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using AuthDemo.ServiceDefaults;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AuthDemo.Tests.Api;

/// <summary>What a refusal looks like, whoever refuses.</summary>
public sealed class RefusalTests(RunningApi api, ProductionApi production) : IClassFixture<RunningApi>, IClassFixture<ProductionApi>
{
    private string Alice => "Bearer " + api.TokenOf(Persona.Alice).Write();

    [Theory]
    [InlineData("")]
    [InlineData("Bearer")]
    [InlineData("bearer ")]
    [InlineData("Basic YWxpY2U6YWxpY2U=")]
    [InlineData("Bearerish abc")]
    [InlineData("Digest username=\"alice\", realm=\"authdemo\", uri=\"/badge\"")]
    public async Task Credentials_of_another_kind_count_as_none(string authorization)
    {
        var answer = await api.SendAsync("GET /badge", authorization);
        answer.AssertRefused(401, Reasons.NoCredentials);
        Assert.DoesNotContain("error", answer.Challenge);
    }

    [Fact]
    public async Task Token_in_the_query_string_does_not_count_and_is_written_nowhere()
    {
        var token = api.TokenOf(Persona.Alice).Write();
        var answer = await api.SendAsync($"GET /badge?access_token={token}");
        answer.AssertRefused(401, Reasons.NoCredentials);
        Assert.Contains("query string", answer.Text("detail"));
        Assert.All(await answer.SpansAsync(),
            span => Assert.All(span.TagObjects, tag => Assert.DoesNotContain(token, tag.Value?.ToString() ?? "")));
        Assert.All(answer.Logs, log => Assert.DoesNotContain(token, log.Message));
    }

    [Fact]
    public async Task Token_in_a_form_does_not_count()
    {
        var answer = await api.SendAsync("POST /reset", null, message => message.Content = Form(api.TokenOf(Persona.Admin).Write()));
        answer.AssertRefused(401, Reasons.NoCredentials);
        Assert.Contains("form", answer.Text("detail"));
    }

    [Fact]
    public async Task More_than_one_credential_is_a_bad_request_even_if_each_is_good()
    {
        var token = api.TokenOf(Persona.Admin).Write();
        Answer[] answers =
        [
            await api.SendAsync("POST /reset", "Bearer " + token,
                message => message.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token)),
            await api.SendAsync("POST /reset", $"Bearer {token}, Bearer {token}"),
            await api.SendAsync("POST /reset", $"Basic YWxpY2U6YWxpY2U=, Bearer {token}"),
            await api.SendAsync("POST /reset", $"Bearer {token},{token}"),
            await api.SendAsync($"POST /reset?access_token={token}", "Bearer " + token),
            await api.SendAsync($"POST /reset?access_token={token}&access_token={token}"),
            await api.SendAsync("POST /reset", "Bearer " + token, message => message.Content = Form(token)),
            await api.SendAsync("POST /reset", "Bearer " + token, message =>
            {
                message.Content = Form(token);
                message.Headers.TransferEncodingChunked = true;
            }),
            await api.SendAsync("POST /reset", null, message => message.Content =
                new FormUrlEncodedContent([KeyValuePair.Create("access_token", token), KeyValuePair.Create("access_token", token)])),
        ];
        Assert.All(answers, answer =>
        {
            answer.AssertRefused(400, Reasons.MultipleCredentials);
            Assert.Contains("error=\"invalid_request\"", answer.Challenge);
        });
    }

    /// <summary>A client of .NET joins its headers with a comma; others send two lines.</summary>
    [Fact]
    public async Task Two_Authorization_headers_are_a_bad_request()
    {
        var answer = await RawRequest.ReadAsync(api, $"POST /reset HTTP/1.1\r\nHost: {api.Client.BaseAddress!.Authority}\r\n"
            + $"Authorization: {Alice}\r\nAuthorization: {Alice}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 400 ", answer);
        Assert.Contains("error=\"invalid_request\"", answer);
        Assert.Contains($"\"reason\":\"{Reasons.MultipleCredentials}\"", answer);
    }

    [Fact]
    public async Task Form_with_too_many_fields_is_no_credential()
    {
        var answer = await api.SendAsync("POST /reset", null, message =>
            message.Content = new FormUrlEncodedContent(Enumerable.Range(0, 2000).Select(index => KeyValuePair.Create("f" + index, "v"))));
        answer.AssertRefused(401, Reasons.NoCredentials);
    }

    [Fact]
    public async Task Refusal_by_a_policy_says_what_was_needed_and_what_was_there()
    {
        var answer = await api.SendAsync("DELETE /users/carol", Alice);
        Assert.Equal("authorization", answer.Text("decidedBy"));
        Assert.Equal("AdminsOnly", answer.Text("policy"));
        Assert.Equal("""{"role":"admin"}""", answer.Text("required"));
        Assert.Equal("""{"roles":["user"]}""", answer.Text("actual"));

        answer = await api.SendAsync("POST /rooms/control-room/entries", Alice);
        Assert.Equal("RoomGroup", answer.Text("policy"));
        Assert.Equal("""{"group":"/security"}""", answer.Text("required"));
        Assert.Equal("""{"groups":["/engineering"]}""", answer.Text("actual"));
    }

    [Fact]
    public async Task Role_is_asked_for_before_the_login_s_age_and_the_thing_is_looked_up_before_its_owner()
    {
        var old = api.TokenOf(Persona.Alice).With(token => token.Payload["auth_time"] = 1);
        Assert.Equal(Reasons.RoleMissing, (await api.SendAsync("POST /alarm/disarm", old)).Reason);
        Assert.Equal(Reasons.NotFound, (await api.SendAsync("GET /lockers/99", Alice)).Reason);
        Assert.Equal(Reasons.NotFound, (await api.SendAsync("POST /rooms/attic/entries", Alice)).Reason);
    }

    [Fact]
    public async Task Admin_without_a_login_time_has_to_log_in_again()
    {
        var answer = await api.SendAsync("POST /alarm/disarm", api.TokenOf(Persona.Admin).With(token => token.Payload.Remove("auth_time")));
        answer.AssertRefused(401, Reasons.LoginTooOld);
        Assert.Equal("AdminsWithRecentLogin", answer.Text("policy"));
    }

    [Fact]
    public async Task Login_in_the_future_is_told_as_a_difference_of_clocks_and_asks_for_no_other_login()
    {
        var early = api.TokenOf(Persona.Admin).With(token => token.Payload["auth_time"] = DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 600);
        var answer = await api.SendAsync("POST /alarm/disarm", early);
        answer.AssertRefused(401, Reasons.LoginTooOld);
        Assert.Matches("^The login is (599|600) s in the future", answer.Text("detail"));
        Assert.Contains("clocks", answer.Text("hint"));
        Assert.Contains("error=\"insufficient_user_authentication\"", answer.Challenge);
        Assert.DoesNotContain("max_age", answer.Challenge);
    }

    [Theory]
    [InlineData("""{"realm_access":{"roles":["admin"]}}""", "realm_access")]
    [InlineData("""{"resource_access":{"api":{"roles":["admin"]}}}""", "realm_access")]
    [InlineData("{}", "somebody has to give you the role")]
    public async Task Roles_where_the_api_does_not_look_are_told_as_that(string claims, string hint)
    {
        var answer = await api.SendAsync("DELETE /users/carol", api.TokenOf(Persona.Admin).With(token =>
        {
            token.Payload.Remove("roles");
            foreach (var (name, value) in JsonNode.Parse(claims)!.AsObject()) token.Payload[name] = value!.DeepClone();
        }));
        answer.AssertRefused(403, Reasons.RoleMissing);
        Assert.Equal("""{"roles":[]}""", answer.Text("actual"));
        Assert.Contains(hint, answer.Text("hint"));
    }

    [Theory]
    [InlineData("GET /nowhere", 404, "not_found")]
    [InlineData("GET /users/carol", 405, "method_not_allowed")]
    [InlineData("PATCH /lobby", 405, "method_not_allowed")]
    [InlineData("GET /lockers/one", 404, "not_found")]
    [InlineData("GET /lockers/99999999999", 404, "not_found")]
    public async Task Errors_of_the_framework_are_problem_details_too(string request, int status, string reason)
    {
        foreach (var accept in (string[])["*/*", "text/html", "image/png"])
        {
            var answer = await api.SendAsync(request, Alice, message => message.Headers.Add("Accept", accept));
            answer.AssertRefused(status, reason);
            Assert.Equal("application/problem+json", answer.ContentType);
            Assert.Equal("no-store", answer.Headers["Cache-Control"]);
            Assert.Equal(answer.Trace.ToHexString(), answer.Text("traceId"));
            Assert.Equal(status, answer.Json.GetProperty("status").GetInt32());
            Assert.NotNull(answer.Text("hint"));
        }
    }

    [Theory]
    [InlineData(typeof(Canary), 500, "internal_server_error")]
    [InlineData(typeof(UnsupportedMediaType), 415, "unsupported_media_type")]
    [InlineData(typeof(BadRequest), 400, "bad_request")]
    public async Task Exception_becomes_a_problem_that_shows_nothing_of_it(Type exception, int status, string reason)
    {
        using var failing = RunningApi.Start(Environments.Development, services =>
            services.AddTransient<IPolicyEvaluator>(_ => throw (Exception)Activator.CreateInstance(exception, nonPublic: true)!));
        var answer = await failing.SendAsync("GET /badge");
        answer.AssertRefused(status, reason);
        Assert.Equal("application/problem+json", answer.ContentType);
        Assert.DoesNotContain("canary", answer.Body);
        var server = (await answer.SpansAsync()).Single(span => span.Kind == ActivityKind.Server);
        Assert.Equal(status >= 500 ? ActivityStatusCode.Error : ActivityStatusCode.Unset, server.Status);
        Assert.Equal(status, server.GetTagItem("http.response.status_code"));
        Assert.Equal(status >= 500 ? exception.FullName : null, server.GetTagItem("error.type"));
        Assert.Equal("GET /badge", server.DisplayName);
    }

    [Theory]
    [InlineData("/lobby")]
    [InlineData("/badge")]
    [InlineData("/users")]
    [InlineData("/rooms")]
    [InlineData("/lockers/1")]
    [InlineData("/lockers/2")]
    [InlineData("/safes/1")]
    [InlineData("/safes/2")]
    [InlineData("/visitors")]
    [InlineData("/intercom")]
    [InlineData("/nowhere")]
    [InlineData("/openapi/v1.json")]
    [InlineData("/.well-known/oauth-protected-resource")]
    public async Task Head_answers_as_get_does_without_a_body(string path)
    {
        foreach (var authorization in (string?[])[null, Alice])
        {
            var get = await api.SendAsync("GET " + path, authorization);
            var head = await api.SendAsync("HEAD " + path, authorization);
            Assert.Equal((get.Status, get.Challenge, get.ContentType, ""), (head.Status, head.Challenge, head.ContentType, head.Body));
        }
    }

    [Fact]
    public async Task Hidden_safe_answers_to_the_byte_as_one_that_does_not_exist()
    {
        foreach (var running in (RunningApi[])[api, production.Api])
        {
            var bearer = "Bearer " + running.TokenOf(Persona.Alice).Write();
            Assert.Equal(await RawAsync("/safes/99", bearer, running), await RawAsync("/safes/2", bearer, running));
        }
    }

    /// <summary>Status, headers and body as they are, but for the time; in a trace that is the same for all.</summary>
    private static async Task<string> RawAsync(string path, string authorization, RunningApi running)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, path);
        message.Headers.Add("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        message.Headers.TryAddWithoutValidation("Authorization", authorization);
        using var response = await running.Client.SendAsync(message, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        response.Headers.Remove("Date");
        return $"{response}\n{await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)}";
    }

    [Theory]
    [InlineData("GET /lobby", null, "endpoint;desc=\"GET /lobby\"")]
    [InlineData("GET /badge", null, "authenticate;desc=\"Bearer\";outcome=none")]
    [InlineData("GET /badge", "rubbish", "authenticate;desc=\"Bearer\";outcome=failed")]
    [InlineData("GET /badge", "alice",
        "authenticate;desc=\"Bearer\";outcome=succeeded, authorize;desc=\"BadgeHolders\";outcome=allowed, endpoint;desc=\"GET /badge\"")]
    [InlineData("DELETE /users/carol", "alice",
        "authenticate;desc=\"Bearer\";outcome=succeeded, authorize;desc=\"AdminsOnly\";outcome=denied")]
    [InlineData("GET /intercom", null, "endpoint;desc=\"GET /intercom\", authorize;desc=\"OfficeNetworkOnly\";outcome=denied")]
    [InlineData("GET /lockers/2", "alice",
        "authenticate;desc=\"Bearer\";outcome=succeeded, authorize;desc=\"BadgeHolders\";outcome=allowed, "
        + "endpoint;desc=\"GET /lockers/{number:int}\", "
        + "authorize;desc=\"LockerOwner\";outcome=denied")]
    [InlineData("GET /safes/1", "alice",
        "authenticate;desc=\"Bearer\";outcome=succeeded, authorize;desc=\"BadgeHolders\";outcome=allowed, "
        + "endpoint;desc=\"GET /safes/{number:int}\"")]
    [InlineData("GET /safes/2", "alice",
        "authenticate;desc=\"Bearer\";outcome=succeeded, authorize;desc=\"BadgeHolders\";outcome=allowed, "
        + "endpoint;desc=\"GET /safes/{number:int}\"")]
    public async Task Server_timing_tells_how_far_the_request_got(string request, string? caller, string expected)
    {
        var answer = await api.SendAsync(request, caller switch { null => null, "alice" => Alice, var other => "Bearer " + other });
        Assert.Equal(expected, answer.Headers["Server-Timing"]);

        // And that is what the spans say, in their order; an open endpoint has none of its own.
        if (request is "GET /lobby" or "GET /intercom") expected = string.Join(", ", expected.Split(", ").Skip(1));
        var spans = (await answer.SpansAsync())
            .Where(span => span.Source.Name == "AuthDemo.Auth" && span.OperationName != "authorize SafeOwner")
            .OrderBy(span => span.StartTimeUtc).ThenBy(span => span.Id == null);
        Assert.Equal(expected, string.Join(", ", spans.Select(span => span.OperationName.Split(' ', 2) is [var step, var name]
            ? $"{step};desc=\"{name}\"{(span.GetTagItem("auth.outcome") is { } outcome ? ";outcome=" + outcome : "")}"
            : span.OperationName)));
    }

    [Fact]
    public async Task Unknown_host_gets_no_answer_that_names_it()
    {
        var answer = await api.SendAsync("GET /badge", null, message => message.Headers.Host = "evil.example");
        Assert.Equal(400, answer.Status);
        Assert.DoesNotContain("evil", answer.Body + answer.Challenge);
    }

    [Fact]
    public async Task Resource_metadata_leads_to_the_identity_provider()
    {
        var challenge = (await api.SendAsync("GET /badge")).Challenge!;
        var address = new Uri(challenge.Split("resource_metadata=\"")[1].TrimEnd('"'));
        var metadata = (await api.SendAsync("GET " + address.PathAndQuery)).Json;
        Assert.Equal(address.GetLeftPart(UriPartial.Authority), metadata.GetProperty("resource").GetString());
        Assert.Equal(FakeIssuer.Issuer, metadata.GetProperty("authorization_servers")[0].GetString());
        Assert.Equal("visitors:read", metadata.GetProperty("scopes_supported")[0].GetString());
        Assert.Equal("header", metadata.GetProperty("bearer_methods_supported")[0].GetString());
    }

    private static FormUrlEncodedContent Form(string token) => new([KeyValuePair.Create("access_token", token)]);

    private sealed class Canary() : Exception("canary");

    private sealed class UnsupportedMediaType() : BadHttpRequestException("canary", 415);

    private sealed class BadRequest() : BadHttpRequestException("canary");
}
