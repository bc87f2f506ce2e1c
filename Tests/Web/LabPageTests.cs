using System.Buffers.Text;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using AuthDemo.Web.Http;
using AuthDemo.Web.Lab.Scenarios;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.Mvc.Testing.Handlers;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;

namespace AuthDemo.Tests.Web;

/// <summary>The lab's pages, with an Api that knows one rule: who deletes carol must be an admin.</summary>
public sealed class LabPageTests : IClassFixture<RunningWeb>, IDisposable
{
    private readonly RunningWeb alone;
    private readonly WebApplicationFactory<Scenario> web;

    /// <summary>There is one browser, whoever logs in.</summary>
    private readonly CookieContainer cookies = new();

    public LabPageTests(RunningWeb alone)
    {
        this.alone = alone;
        var api = new OneRuleApi();
        web = alone.WithWebHostBuilder(host => host.ConfigureTestServices(services => services
            .AddHttpClient(ServiceClients.Api).ConfigurePrimaryHttpMessageHandler(() => api)));
    }

    public void Dispose() => web.Dispose();

    [Fact]
    public async Task Story_tells_each_answer_when_it_is_there_and_has_a_moral()
    {
        var expected = ScenarioTable.Story.Expected;
        var html = Text(await Nobody().GetStringAsync("/"));
        Assert.Contains("Your guess sends it, as nobody.", html);
        Assert.DoesNotContain("Now as", html);
        foreach (var answer in expected.Different())
        {
            Assert.DoesNotContain(answer.Why, html);
            Assert.DoesNotContain(answer.Reason ?? "‹none›", html);
        }

        html = await RunAsync(Nobody(), "delete-user", "403");
        foreach (var text in (string[])[expected.Nobody!.Why, "403 would mean that it knows who asks.", "Now as alice", "right: 0 of 1"])
            Assert.Contains(text, html);
        Assert.DoesNotContain(expected.Alice!.Why, html);
        Assert.DoesNotContain("One request, three answers.", html);

        // Whoever is logged in already goes on with their own row.
        var alice = await SessionAsync("alice", "user");
        Assert.Contains("Your guess sends it, as alice.", await alice.GetStringAsync("/"));
        await RunAsync(alice, "delete-user", "403");
        html = await RunAsync(await SessionAsync("admin", "user", "admin"), "delete-user", "204");
        foreach (var answer in expected.Different()) Assert.Contains(answer.Why, html);
        foreach (var text in (string[])["One request, three answers.", "right: 2 of 3", "Next: Show your badge"])
            Assert.Contains(text, html);
    }

    [Fact]
    public async Task Answer_has_an_address_of_its_own_and_shows_claims_and_curl_and_never_the_token()
    {
        var answer = await RunAsync(await SessionAsync("alice", "user"), "delete-user", "401", returnUrl: null);
        Assert.Contains("needs admin", answer);
        Assert.Contains("Authorization: Bearer $TOKEN", answer);
        Assert.DoesNotContain(Token("alice", "user").Split('.')[2], answer);

        var nobody = web.CreateDefaultClient();
        nobody.DefaultRequestHeaders.Add("Cookie", $"{cookies.GetCookies(nobody.BaseAddress!)["authdemo.lab"]}");
        var seen = Text(await nobody.GetStringAsync("/lab/delete-user?as=alice"));
        Assert.Contains(ScenarioTable.Story.Expected.Alice!.Why, seen);
        Assert.Contains("Now as alice", seen);
        Assert.Contains("/lab/delete-user?as=alice", await nobody.GetStringAsync("/"));

        var unseen = Text(await nobody.GetStringAsync("/lab/delete-user?as=admin"));
        Assert.Contains("Now as admin", unseen);
        Assert.DoesNotContain(ScenarioTable.Story.Expected.Admin!.Why, unseen);
        Assert.Contains("as nobody", Text(await nobody.GetStringAsync("/lab/delete-user?as=somebody-else")));
    }

    [Fact]
    public async Task Twenty_quick_clicks_are_all_as_expected()
    {
        var admin = await SessionAsync("admin", "user", "admin");
        admin.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        var form = await FormAsync(admin);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ =>
        {
            using var response = await admin.PostAsync("/lab/run/delete-user", new FormUrlEncodedContent(form));
            return await response.Content.ReadFromJsonAsync<JsonElement>();
        }));

        Assert.All(answers, answer => Assert.True(answer.GetProperty("asExpected").GetBoolean(), $"{answer}"));
    }

    [Fact]
    public async Task Run_is_named_after_what_happened_and_what_is_put_back_has_a_trace_of_its_own()
    {
        var admin = await SessionAsync("admin", "user", "admin");
        var form = new FormUrlEncodedContent(await FormAsync(admin));
        var trace = Trace(admin);
        using var response = await admin.PostAsync("/lab/run/delete-user", form);

        var spans = await alone.Recording.SpansOfAsync(trace);
        Assert.Equal("204: delete-user as admin", Assert.Single(spans, span => span.Kind == ActivityKind.Server).DisplayName);
        var putBack = Assert.Single(alone.Recording.Spans, span => span.Links.Any(link => link.Context.TraceId == trace));
        Assert.Equal(("put back after delete-user", default), (putBack.DisplayName, putBack.ParentSpanId));
        Assert.NotEqual(trace, putBack.TraceId);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/learn")]
    [InlineData("/lab/badge")]
    public async Task Page_on_which_nothing_is_decided_makes_no_trace(string path)
    {
        var browser = Nobody();
        var page = Trace(browser);
        await browser.GetStringAsync(path);
        var later = Trace(browser);
        using var response = await browser.GetAsync("/session");
        Assert.NotEmpty(await alone.Recording.SpansOfAsync(later));
        Assert.DoesNotContain(alone.Recording.Spans, span => span.TraceId == page);
    }

    [Fact]
    public async Task Login_that_is_too_fresh_counts_down()
    {
        var admin = await SessionAsync("admin", "user", "admin");
        Assert.Matches("data-countdown=\"[3-6]\\d\"", await admin.GetStringAsync("/lab/disarm-old-login"));
    }

    [Fact]
    public async Task Standards_are_links_to_their_place_at_the_RFC_Editor()
    {
        var html = await Nobody().GetStringAsync("/learn");
        Assert.Contains("https://www.rfc-editor.org/rfc/rfc9110.html#section-15.5.4", html);
        Assert.DoesNotMatch(">RFC \\d+[^<]*</dt>", html);
    }

    [Fact]
    public async Task Every_scenario_has_its_second_line_in_the_table_too()
    {
        var html = Text(await Nobody().GetStringAsync("/"));
        Assert.All(ScenarioTable.All, scenario => Assert.Contains($"<small>{scenario.Sends}</small>", html));
    }

    /// <summary>The trace of what this browser sends next.</summary>
    private static ActivityTraceId Trace(HttpClient browser)
    {
        var trace = ActivityTraceId.CreateRandom();
        browser.DefaultRequestHeaders.Remove("traceparent");
        browser.DefaultRequestHeaders.Add("traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom()}-01");
        return trace;
    }

    private HttpClient Nobody() => web.CreateDefaultClient(new CookieContainerHandler(cookies));

    private async Task<HttpClient> SessionAsync(string name, params string[] roles)
    {
        var person = new { sub = name, preferred_username = name, roles };
        alone.Provider.Person = JsonSerializer.SerializeToNode(person)!.AsObject();
        alone.Provider.Tokens["access_token"] = Token(name, roles);
        var browser = Nobody();
        using var login = await browser.LogInAsync();
        return browser;
    }

    /// <summary>Sends a guess and gives the page to which the answer leads.</summary>
    private static async Task<string> RunAsync(HttpClient browser, string scenario, string guess, string? returnUrl = "/")
    {
        var form = await FormAsync(browser);
        form["prediction"] = guess;
        if (returnUrl is not null) form["returnUrl"] = returnUrl;
        using var response = await browser.PostAsync($"/lab/run/{scenario}", new FormUrlEncodedContent(form));
        return Text(await browser.GetStringAsync(response.Headers.Location));
    }

    private static async Task<Dictionary<string, string>> FormAsync(HttpClient browser)
    {
        const string field = "__RequestVerificationToken";
        var html = await browser.GetStringAsync("/learn");
        return new() { [field] = html.Split($"name=\"{field}\" value=\"")[1].Split('"')[0] };
    }

    private static string Text(string html) => WebUtility.HtmlDecode(html);

    private static string Token(string name, params string[] roles)
    {
        var claims = JsonSerializer.Serialize(new { sub = name, roles });
        string[] parts = ["""{"alg":"RS256","typ":"at+jwt"}""", claims, $"signature of {name}"];
        return string.Join('.', parts.Select(part => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(part))));
    }

    /// <summary>Answers as the Api does.</summary>
    private sealed class OneRuleApi : HttpMessageHandler
    {
        private int carol = 1;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await Task.Delay(5, cancellationToken);
            if (request.RequestUri!.AbsolutePath == "/reset")
            {
                Volatile.Write(ref carol, 1);
                return new HttpResponseMessage(HttpStatusCode.NoContent);
            }

            if (request.Headers.Authorization?.Parameter is not { } token)
                return Problem(401, new { reason = "no_credentials", decidedBy = "authentication" }, "Bearer realm=\"authdemo\"");

            using var payload = JsonDocument.Parse(Base64Url.DecodeFromChars(token.Split('.')[1]));
            if (payload.RootElement.GetProperty("roles").EnumerateArray().All(role => role.GetString() != "admin"))
                return Problem(403, new { reason = "role_missing", decidedBy = "authorization", required = new { role = "admin" } });

            return Interlocked.Exchange(ref carol, 0) == 1
                ? new HttpResponseMessage(HttpStatusCode.NoContent)
                : Problem(404, new { reason = "not_found", decidedBy = "endpoint" });
        }

        private static HttpResponseMessage Problem(int status, object problem, string? challenge = null)
        {
            var response = new HttpResponseMessage((HttpStatusCode)status)
            {
                Content = JsonContent.Create(problem, MediaTypeHeaderValue.Parse("application/problem+json")),
            };
            if (challenge is not null) response.Headers.WwwAuthenticate.ParseAdd(challenge);
            return response;
        }
    }
}
