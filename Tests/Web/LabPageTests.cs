using AuthDemo.Web.Lab.Scenarios;
using Microsoft.AspNetCore.Mvc.Testing.Handlers;

namespace AuthDemo.Tests.Web;

/// <summary>The lab's pages, with the Api. There is one browser, whoever logs in.</summary>
public sealed class LabPageTests(RunningApi api) : IClassFixture<RunningApi>, IDisposable
{
    private readonly RunningWeb web =
        RunningWeb.With(Environments.Development, ("services:api:http:0", api.Client.BaseAddress!.ToString()));

    private readonly CookieContainer cookies = new();

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

        Assert.All(ScenarioTable.All, scenario => Assert.Contains($"<small>{scenario.Sends}</small>", html));
        html = await RunAsync(Nobody(), "403");
        foreach (var text in (string[])[expected.Nobody!.Why, "403 would mean that it knows who asks.", "Now as alice", "right: 0 of 1"])
            Assert.Contains(text, html);
        Assert.DoesNotContain(expected.Alice!.Why, html);
        Assert.DoesNotContain("One request, three answers.", html);

        // Whoever is logged in already goes on with their own row.
        var alice = await SessionAsync("alice");
        Assert.Contains("Your guess sends it, as alice.", await alice.GetStringAsync("/"));
        await RunAsync(alice, "403");
        html = await RunAsync(await SessionAsync("admin"), "204");
        foreach (var answer in expected.Different()) Assert.Contains(answer.Why, html);
        foreach (var text in (string[])["One request, three answers.", "right: 2 of 3", "Next: Show your badge"])
            Assert.Contains(text, html);
    }

    [Fact]
    public async Task Answer_has_an_address_of_its_own_and_shows_claims_and_curl_and_never_the_token()
    {
        var alice = await SessionAsync("alice");
        using var run = await alice.SendFormAsync("/learn", "/lab/run/delete-user", ("prediction", "401"));
        Assert.Equal("/lab/delete-user#answer", run.Target());
        var answer = Text(await alice.GetStringAsync(run.Target()));
        Assert.Contains("needs admin", answer);
        Assert.Contains("Authorization: Bearer $TOKEN", answer);
        Assert.DoesNotContain($"{web.Provider.Tokens["access_token"]}".Split('.')[2], answer);

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
        var admin = await SessionAsync("admin");
        var form = await admin.FormTokenAsync("/learn");
        admin.DefaultRequestHeaders.Accept.Add(new("application/json"));
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ =>
        {
            using var response = await admin.SendFormWithAsync(form, "/learn", "/lab/run/delete-user");
            return await response.Content.ReadFromJsonAsync<JsonElement>();
        }));
        Assert.All(answers, answer => Assert.True(answer.GetProperty("asExpected").GetBoolean(), $"{answer}"));
    }

    [Fact]
    public async Task Run_is_named_after_what_happened_what_is_put_back_has_a_trace_of_its_own_and_a_page_has_none()
    {
        var admin = await SessionAsync("admin");
        var (page, _) = admin.BeginTrace();
        foreach (var path in new[] { "/", "/lab/badge" }) await admin.AssertStatusAsync(path, 200);
        var form = await admin.FormTokenAsync("/learn");
        var (trace, caller) = admin.BeginTrace();
        using var response = await admin.SendFormWithAsync(form, "/learn", "/lab/run/delete-user");

        var spans = await web.Recording.SpansOfAsync(trace, caller);
        Assert.Equal("204: delete-user as admin", Assert.Single(spans, span => span.ParentSpanId == caller).DisplayName);
        var putBack = Assert.Single(web.Recording.Spans, span => span.Links.Any(link => link.Context.TraceId == trace));
        Assert.Equal(("put back after delete-user", default), (putBack.DisplayName, putBack.ParentSpanId));
        Assert.NotEqual(trace, putBack.TraceId);
        Assert.DoesNotContain(web.Recording.Spans, span => span.TraceId == page);
    }

    [Fact]
    public async Task Standards_are_links_to_their_place_at_the_RFC_Editor()
    {
        var html = await Nobody().GetStringAsync("/learn");
        Assert.Contains("https://www.rfc-editor.org/rfc/rfc9110.html#section-15.5.4", html);
        Assert.DoesNotMatch(">RFC \\d+[^<]*</dt>", html);
    }

    private HttpClient Nobody() => web.CreateDefaultClient(new CookieContainerHandler(cookies));

    private async Task<HttpClient> SessionAsync(string name)
    {
        var persona = Persona.Named(name);
        var person = new { sub = persona.Subject, preferred_username = name, roles = persona.Roles };
        web.Provider.Person = JsonSerializer.SerializeToNode(person)!.AsObject();
        web.Provider.Tokens["access_token"] = Token.Of(persona, api.Provider).Write();
        var browser = Nobody();
        using var login = await browser.LogInAsync();
        return browser;
    }

    private static async Task<string> RunAsync(HttpClient browser, string guess, string returnUrl = "/")
    {
        using var response = await browser.SendFormAsync(
            "/learn", "/lab/run/delete-user", ("prediction", guess), ("returnUrl", returnUrl));
        return Text(await browser.GetStringAsync(response.Headers.Location));
    }

    private static string Text(string html) => WebUtility.HtmlDecode(html);
}
