using System.Buffers.Text;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
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
    public async Task Story_begins_with_nobody_and_gives_no_answer_away()
    {
        var html = await Nobody().GetStringAsync("/");

        Assert.Contains("Your guess sends it, as nobody.", html);
        Assert.DoesNotContain("Now as", html);
        foreach (var expected in ScenarioTable.Story.Expected.Different())
        {
            Assert.DoesNotContain(expected.Why, Text(html));
            if (expected.Reason is not null) Assert.DoesNotContain(expected.Reason, html);
        }
    }

    [Fact]
    public async Task Answer_of_nobody_explains_itself_and_the_wrong_guess_and_leads_on_to_alice()
    {
        var html = Text(await RunAsync(Nobody(), "delete-user", "403"));

        Assert.Contains(ScenarioTable.Story.Expected.Nobody!.Why, html);
        Assert.Contains("403 would mean that it knows who asks.", html);
        Assert.Contains("Now as alice", html);
        Assert.Contains("right: 0 of 1", html);
        Assert.DoesNotContain(ScenarioTable.Story.Expected.Alice!.Why, html);
        Assert.DoesNotContain("One request, three answers.", html);
    }

    [Fact]
    public async Task Three_answers_stay_side_by_side_and_have_a_moral()
    {
        var nobody = Nobody();
        await RunAsync(nobody, "delete-user", "401");
        var alice = await SessionAsync("alice", "user");
        await RunAsync(alice, "delete-user", "403");
        var admin = await SessionAsync("admin", "user", "admin");

        var html = Text(await RunAsync(admin, "delete-user", "204"));

        foreach (var expected in ScenarioTable.Story.Expected.Different()) Assert.Contains(expected.Why, html);
        Assert.Contains("One request, three answers.", html);
        Assert.Contains("right: 3 of 3", html);
        Assert.Contains("Next: Show your badge", html);
    }

    [Fact]
    public async Task Whoever_is_logged_in_already_starts_with_their_own_row()
    {
        var alice = await SessionAsync("alice", "user");
        var html = await alice.GetStringAsync("/");
        Assert.Contains("Your guess sends it, as alice.", html);
    }

    [Fact]
    public async Task Answer_has_an_address_of_its_own_whoever_is_logged_in()
    {
        var alice = await SessionAsync("alice", "user");
        await RunAsync(alice, "delete-user", "401");
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
    public async Task Page_shows_claims_and_curl_and_never_the_token()
    {
        var alice = await SessionAsync("alice", "user");

        var html = Text(await RunAsync(alice, "delete-user", "403", returnUrl: null));

        Assert.Contains("needs admin", html);
        Assert.Contains("Authorization: Bearer $TOKEN", html);
        Assert.DoesNotContain(Token("alice", "user").Split('.')[2], html);
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
        var trace = ActivityTraceId.CreateRandom();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/lab/run/delete-user")
        {
            Content = new FormUrlEncodedContent(await FormAsync(admin)),
            Headers = { { "traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom()}-01" } },
        };
        using var response = await admin.SendAsync(request);

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
        var trace = ActivityTraceId.CreateRandom();
        var browser = Nobody();
        browser.DefaultRequestHeaders.Add("traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom()}-01");
        await browser.GetStringAsync(path);

        var later = ActivityTraceId.CreateRandom();
        browser.DefaultRequestHeaders.Remove("traceparent");
        browser.DefaultRequestHeaders.Add("traceparent", $"00-{later}-{ActivitySpanId.CreateRandom()}-01");
        using var response = await browser.GetAsync("/session");
        Assert.NotEmpty(await alone.Recording.SpansOfAsync(later));
        Assert.DoesNotContain(alone.Recording.Spans, span => span.TraceId == trace);
    }

    [Fact]
    public async Task Login_that_is_too_fresh_counts_down()
    {
        var admin = await SessionAsync("admin", "user", "admin");
        var seconds = Regex.Match(await admin.GetStringAsync("/lab/disarm-old-login"), "data-countdown=\"(\\d+)\"").Groups[1].Value;
        Assert.InRange(int.Parse(seconds, CultureInfo.InvariantCulture), 30, 60);
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
        return response.Headers.Location is { } page ? await browser.GetStringAsync(page) : await response.Content.ReadAsStringAsync();
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
            {
                var problem = new { status = 401, reason = "no_credentials", decidedBy = "authentication" };
                var refused = Problem(HttpStatusCode.Unauthorized, problem);
                refused.Headers.WwwAuthenticate.ParseAdd("Bearer realm=\"authdemo\"");
                return refused;
            }

            using var payload = JsonDocument.Parse(Base64Url.DecodeFromChars(token.Split('.')[1]));
            if (payload.RootElement.GetProperty("roles").EnumerateArray().All(role => role.GetString() != "admin"))
            {
                return Problem(HttpStatusCode.Forbidden,
                    new { status = 403, reason = "role_missing", decidedBy = "authorization", required = new { role = "admin" } });
            }

            return Interlocked.Exchange(ref carol, 0) == 1
                ? new HttpResponseMessage(HttpStatusCode.NoContent)
                : Problem(HttpStatusCode.NotFound, new { status = 404, reason = "not_found", decidedBy = "endpoint" });
        }

        private static HttpResponseMessage Problem(HttpStatusCode status, object problem) => new(status)
        {
            Content = JsonContent.Create(problem, MediaTypeHeaderValue.Parse("application/problem+json")),
        };
    }
}
