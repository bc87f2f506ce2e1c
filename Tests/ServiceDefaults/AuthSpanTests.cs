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
    public async Task Endpoint_has_a_span_when_it_is_reached_and_decisions_about_one_thing_are_inside_it()
    {
        var refused = await (await api.SendAsync("DELETE /users/carol", Persona.Alice)).SpansAsync();
        var server = refused.Single(span => span.Kind == ActivityKind.Server);
        Assert.Equal(["authenticate Bearer: succeeded", "authorize AdminsOnly: role_missing"],
            refused.Where(span => span.ParentSpanId == server.SpanId).OrderBy(span => span.StartTimeUtc).Select(span => span.DisplayName));

        var reached = await (await api.SendAsync("GET /lockers/2", Persona.Alice)).SpansAsync();
        var endpoint = reached.Single(span => span.DisplayName == "endpoint GET /lockers/{number:int}");
        Assert.Equal(endpoint.SpanId, reached.Single(span => span.DisplayName == "authorize LockerOwner: not_owner").ParentSpanId);
        Assert.Equal(ActivityStatusCode.Unset, endpoint.Status);
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

    [Theory]
    [InlineData("/health")]
    [InlineData("/alive")]
    public async Task Health_is_open_and_says_so(string path)
    {
        var answer = await api.Client.GetAsync(path, TestContext.Current.CancellationToken);
        Assert.Equal(200, (int)answer.StatusCode);
    }

    public sealed class Fixture : IDisposable
    {
        /// <summary>With Aspire's setting, which the sampler overrules.</summary>
        public RunningApi Api { get; } = new(
            Environments.Development, configure: null, ("OTEL_TRACES_SAMPLER", "always_on"));

        public void Dispose() => Api.Dispose();
    }
}
