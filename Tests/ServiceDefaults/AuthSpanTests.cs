using System.Diagnostics;
using AuthDemo.Tests.Api;
using Microsoft.Extensions.Hosting;

namespace AuthDemo.Tests.ServiceDefaults;

/// <summary>What a trace shows, and what has none. On the Api, with Aspire's sampler in the environment.</summary>
public sealed class AuthSpanTests : IClassFixture<AuthSpanTests.Fixture>
{
    private readonly RunningApi api;

    public AuthSpanTests(Fixture fixture) => api = fixture.Api;

    [Fact]
    public async Task Regular_user_deleting_a_user_is_refused_by_authorization_alone()
    {
        var answer = await api.SendAsync("DELETE /users/carol", api.TokenOf(Persona.Alice));
        Assert.Equal(403, answer.Status);
        var spans = await answer.SpansAsync();
        var server = spans.Single(span => span.Kind == ActivityKind.Server);
        Assert.Equal("DELETE /users/{id}", server.DisplayName);
        AssertTags(server,
            ("http.request.method", "DELETE"), ("http.route", "/users/{id}"), ("http.response.status_code", 403),
            ("url.path", "/users/carol"), ("auth.reason", "role_missing"));
        Assert.Equal(ActivityStatusCode.Unset, server.Status);

        var authenticate = spans.Single(span => span.OperationName == "authenticate Bearer");
        AssertTags(authenticate,
            ("auth.scheme", "Bearer"), ("auth.outcome", "succeeded"), ("auth.reason", null), ("user.id", Persona.Alice.Subject));
        Assert.Equal(["user"], (string[])authenticate.GetTagItem("user.roles")!);
        Assert.Equal(ActivityStatusCode.Unset, authenticate.Status);

        var authorize = spans.Single(span => span.OperationName == "authorize AdminsOnly");
        AssertTags(authorize,
            ("auth.policy", "AdminsOnly"), ("auth.outcome", "denied"), ("auth.reason", "role_missing"), ("error.type", "role_missing"),
            ("user.id", Persona.Alice.Subject));
        Assert.Equal(ActivityStatusCode.Error, authorize.Status);

        // In Development it explains itself, and says who it was by name.
        AssertTags(authorize, ("auth.required", "role admin"), ("auth.actual", "roles user"), ("user.name", "Alice Demo"));
        Assert.Equal("Needs role admin; the caller has roles user.", authorize.StatusDescription);

        Assert.All([authenticate, authorize], span => Assert.Equal(server.SpanId, span.ParentSpanId));
        Assert.DoesNotContain(spans, span => span.DisplayName.StartsWith("endpoint", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Anonymous_caller_is_refused_by_authentication_and_authorization_is_not_asked()
    {
        var answer = await api.SendAsync("DELETE /users/carol");
        var spans = await answer.SpansAsync();
        var decision = Assert.Single(spans, span => span.Source.Name == "AuthDemo.Auth");
        Assert.Equal("authenticate Bearer", decision.OperationName);
        AssertTags(decision,
            ("auth.outcome", "none"), ("auth.reason", "no_credentials"), ("error.type", "no_credentials"), ("user.id", null));
        Assert.Equal(ActivityStatusCode.Error, decision.Status);
    }

    [Fact]
    public async Task Admin_gets_through_to_the_endpoint_and_no_span_is_an_error()
    {
        var answer = await api.SendAsync("DELETE /users/dave", api.TokenOf(Persona.Admin));
        Assert.Equal(204, answer.Status);
        var spans = await answer.SpansAsync();
        Assert.Equal(
            ["authenticate Bearer: succeeded", "authorize AdminsOnly: allowed", "endpoint DELETE /users/{id}", "DELETE /users/{id}"],
            spans.Where(span => span.Source.Name != "System.Net.Http").OrderBy(span => span.StartTimeUtc + span.Duration)
                .Select(span => span.DisplayName));
        Assert.All(spans, span => Assert.Equal(ActivityStatusCode.Unset, span.Status));
        AssertTags(spans.Single(span => span.OperationName == "authorize AdminsOnly"), ("auth.outcome", "allowed"), ("auth.reason", null));
    }

    [Fact]
    public async Task Decision_about_one_thing_is_a_span_inside_the_endpoint()
    {
        var spans = await (await api.SendAsync("GET /lockers/2", api.TokenOf(Persona.Alice))).SpansAsync();
        var endpoint = spans.Single(span => span.DisplayName == "endpoint GET /lockers/{number:int}");
        var owner = spans.Single(span => span.OperationName == "authorize LockerOwner");
        Assert.Equal(endpoint.SpanId, owner.ParentSpanId);
        Assert.Equal(ActivityStatusCode.Unset, endpoint.Status);
        AssertTags(owner, ("auth.outcome", "denied"), ("auth.reason", "not_owner"));
    }

    [Fact]
    public async Task Query_string_and_method_of_the_caller_s_own_making_stay_out_of_spans_and_logs()
    {
        var answer = await api.SendAsync("CANARY /lobby?code=canary-code&state=canary-state");
        Assert.Equal(405, answer.Status);
        var spans = await answer.SpansAsync();
        Assert.Equal("HTTP", spans.Single(span => span.Kind == ActivityKind.Server).DisplayName);
        Assert.All(spans, span => Assert.All(span.TagObjects, tag => Assert.DoesNotContain("canary-", tag.Value?.ToString() ?? "")));
        Assert.All(answer.Logs, log => Assert.DoesNotContain("canary-", log.Message));
    }

    [Theory]
    [InlineData("/lobby", true)]
    [InlineData("/badge", true)]
    [InlineData("/nowhere", true)]
    [InlineData("/health", false)]
    [InlineData("/alive", false)]
    [InlineData("/favicon.ico", false)]
    [InlineData("/css/site.css", false)]
    [InlineData("/_framework/blazor.web.js", false)]
    public async Task Trace_starts_with_what_a_person_did_only(string path, bool isTraced)
    {
        // Without a traceparent, so that the application decides by itself.
        using var client = new HttpClient(new SocketsHttpHandler { ActivityHeadersPropagator = null });
        using var answer = await client.GetAsync(new Uri(api.Client.BaseAddress!, path), TestContext.Current.CancellationToken);
        var end = await (await api.SendAsync("GET /lobby")).SpansAsync();
        var roots = api.Recording.Spans.Where(span => span.Kind == ActivityKind.Server && span.ParentSpanId == default
            && (string?)span.GetTagItem("url.path") == path
            && Equals(span.GetTagItem("server.port"), api.Client.BaseAddress!.Port));
        Assert.Equal(isTraced, roots.Any());
        Assert.NotEmpty(end);
    }

    [Fact]
    public void Call_that_no_request_caused_starts_no_trace()
    {
        using var source = new ActivitySource("System.Net.Http");
        using var span = source.StartActivity("GET", ActivityKind.Client);
        Assert.False(span?.Recorded ?? false);
        using var auth = new ActivitySource("AuthDemo.Auth");
        using var root = auth.StartActivity("authenticate Bearer");
        Assert.False(root?.Recorded ?? false);
    }

    [Theory]
    [InlineData("/health")]
    [InlineData("/alive")]
    public async Task Health_is_open_and_says_so(string path)
    {
        var answer = await api.Client.GetAsync(path, TestContext.Current.CancellationToken);
        Assert.Equal(200, (int)answer.StatusCode);
    }

    private static void AssertTags(Activity span, params (string Name, object? Value)[] tags) =>
        Assert.All(tags, tag => Assert.Equal((tag.Name, tag.Value), (tag.Name, span.GetTagItem(tag.Name))));

    public sealed class Fixture : IDisposable
    {
        /// <summary>With Aspire's setting, which the sampler overrules.</summary>
        public RunningApi Api { get; } = RunningApi.Start(
            Environments.Development, configure: null, ("OTEL_TRACES_SAMPLER", "always_on"));

        public void Dispose() => Api.Dispose();
    }
}
