namespace AuthDemo.Tests.Web;

/// <summary>What Web answers by itself, where no Api is there.</summary>
public sealed class PageTests(RunningWeb web) : IClassFixture<RunningWeb>
{
    private FakeIssuer Provider { get; } = web.Provider = new();

    [Theory]
    [InlineData("/", 200)]
    [InlineData("/learn", 200)]
    [InlineData("/lab/badge", 200)]
    [InlineData("/app.css", 200)]
    [InlineData("/login/failed", 502)]
    [InlineData("/me", 302, "/login?returnUrl=%2Fme")]
    [InlineData("/admin", 302, "/login?returnUrl=%2Fadmin")]
    [InlineData("/session", 401)]
    [InlineData("/nowhere", 404)]
    [InlineData("/logout", 405)]
    public async Task Nobody_gets_the_same_answer_to_get_and_head_which_tells_browsers_what_not_to_do(
        string path, int status, string? target = null)
    {
        using var get = await SendAsync("GET " + path, web.Browser());
        using var head = await SendAsync("HEAD " + path, web.Browser());

        foreach (var response in new[] { get, head })
        {
            Assert.Equal((status, target), ((int)response.StatusCode, response.Headers.Location?.PathAndQuery));
            var policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"));
            Assert.StartsWith("default-src 'none'; ", policy);
            Assert.Contains("form-action 'self' http://localhost:8080; frame-ancestors 'none'", policy);
            Assert.DoesNotContain("unsafe", policy);
            Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
            Assert.Equal("same-origin", Assert.Single(response.Headers.GetValues("Referrer-Policy")));
        }

        Assert.DoesNotMatch("<script>| style=", await get.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("GET /session", 401, "401 no_credentials: GET /session")]
    [InlineData("POST /logout", 400, "POST /logout")]
    [InlineData("POST /become/alice", 400, "POST /become/{persona}")]
    [InlineData("POST /lab/run/badge", 400, "POST /lab/run/{scenario}")]
    [InlineData("POST /lab/start-over", 400, "POST /lab/start-over")]
    [InlineData("POST /login", 400, "POST /login")]
    [InlineData("GET /lab/no-such-scenario", 404, "GET /lab/{Id}")]
    [InlineData("OPTIONS /nowhere", 404, "OPTIONS")]
    [InlineData("GET /status/403", 404, "GET")]
    [InlineData("POST /status/500", 404, "POST")]
    [InlineData("GET /signout-oidc", 404, "GET")]
    [InlineData("PUT /learn", 405, "PUT")]
    [InlineData("DELETE /session", 405, "DELETE")]
    public async Task Refusal_says_why_leads_to_its_trace_and_its_span_is_named_after_what_was_asked_for(
        string request, int status, string name)
    {
        var browser = web.Browser();
        var (trace, _) = browser.BeginTrace();
        using var response = await SendAsync(request, browser);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(status == 405, response.Content.Headers.Allow.Count > 0);
        var says = status switch
        {
            400 => "This form was not accepted",
            401 => "no_credentials",
            404 => "There is no such page",
            _ => "This address takes",
        };
        var body = await response.Content.ReadAsStringAsync();
        Assert.Contains(says, body);
        if (status != 401) Assert.Contains($"href=\"/dashboard/traces/detail/{trace}\"", body);
        var span = Assert.Single(await web.Recording.SpansOfAsync(trace), span => span.Kind == ActivityKind.Server);
        var route = name.Split(' ')[^1] is ['/', ..] path ? path : null;
        Assert.Equal((name, route, status),
            (span.DisplayName, span.GetTagItem("http.route"), span.GetTagItem("http.response.status_code")));
    }

    [Theory]
    [InlineData("application/json", true)]
    [InlineData("Application/JSON;q=0.5, */*;q=0.1", true)]
    [InlineData("application/problem+json", true)]
    [InlineData("text/html, application/json;q=0", false)]
    [InlineData("text/html, application/json;q=0.1", false)]
    [InlineData("text/html,*/*;q=0.8", false)]
    public async Task Script_is_told_from_a_person_by_what_it_accepts_most(string accept, bool isScript)
    {
        var browser = web.Browser();
        browser.DefaultRequestHeaders.Add("Accept", accept);
        using var response = await browser.GetAsync("/me");
        // With the scheme Cookie no browser asks for a password by itself.
        Assert.Equal(isScript ? (401, "Cookie realm=\"authdemo\"") : (302, ""),
            ((int)response.StatusCode, response.Headers.WwwAuthenticate.ToString()));
    }

    [Theory]
    [InlineData("/admin/reset")]
    [InlineData("/admin/users/carol/delete")]
    [InlineData("/admin/alarm/disarm")]
    public async Task Admin_page_says_so_when_the_Api_is_away(string action)
    {
        var admin = await web.LogInAsync("user", "admin");
        Assert.Contains("The API does not answer", await admin.GetStringAsync("/admin"));
        using var response = await admin.SendFormAsync("/admin", action);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        var log = Assert.Single(web.Recording.Logs,
            log => log.Category.StartsWith("AuthDemo.Web.Admin") && log.Message.Contains(action.Split('/')[2]));
        Assert.Equal("the id of alice", log.Fields["Subject"]);
    }

    [Theory]
    [InlineData("code=made-up", "state_lost", 400, "This login was started somewhere else")]
    [InlineData("error=access_denied", "access_denied", 403, "The login was not completed", "access_denied")]
    [InlineData("error=server_error", "refused", 502, "The login did not succeed", "server_error")]
    [InlineData("error=one%0Dtwo", "refused", 502, "The login did not succeed")]
    [InlineData("error=eyJhbGciOi.eyJzdWIi.c2ln", "refused", 502, "The login did not succeed")]
    public async Task Callback_that_is_no_login_ends_on_a_page_in_a_span_and_in_the_log_with_its_error_code_alone(
        string query, string reason, int status, string title, string? error = null)
    {
        var browser = web.Browser();
        var (trace, _) = browser.BeginTrace();
        using var callback = await browser.GetAsync($"/signin-oidc?{query}&state=made-up");
        Assert.Contains(title, await web.Browser().AssertFailedAsync(callback, reason, status));

        var span = Assert.Single(await web.Recording.SpansOfAsync(trace), span => span.Kind == ActivityKind.Server);
        Assert.Equal(($"login failed: {reason}", "failed", reason),
            (span.DisplayName, span.GetTagItem("auth.outcome"), span.GetTagItem("auth.reason")));
        var logs = web.Recording.Logs.Where(log => log.Trace == trace).ToArray();
        Assert.Equal(error, Assert.Single(logs, log => log.Category == "AuthDemo.Web.Login").Fields["Error"]);
        var said = Uri.UnescapeDataString(query.Split('=')[1]);
        Assert.Equal(error is not null, logs.Any(log => log.Message.Contains(said)));
    }

    [Theory]
    [InlineData("lobby", "The API does not answer")]
    [InlineData("device-badge", "The identity provider does not answer")]
    [InlineData("wrong-password", "The identity provider does not answer")]
    [InlineData("algorithm-swap", "The identity provider does not answer")]
    public async Task Scenario_that_cannot_be_sent_says_once_which_service_is_away(string scenario, string says)
    {
        Provider.IsDown = true;
        var browser = web.Browser();
        using var run = await browser.SendFormAsync("/", $"/lab/run/{scenario}");
        Assert.StartsWith($"/lab/{scenario}", run.Target());
        Assert.Contains(says, await browser.GetStringAsync($"/lab/{scenario}"));
        Assert.DoesNotContain(says, await browser.GetStringAsync($"/lab/{scenario}"));
    }

    [Theory]
    [InlineData("id-token", null, "Login")]
    [InlineData("after-logout", null, "EndedSession")]
    [InlineData("visitors-with-scope", "openid profile", "Scope")]
    [InlineData("visitors", "openid profile visitors:read", "NoScope")]
    [InlineData("disarm-old-login", "openid profile", "OldLogin", 10)]
    [InlineData("disarm-fresh-login", "openid profile", "FreshLogin", 90)]
    public async Task Scenario_that_is_not_ready_says_to_a_script_what_it_needs(
        string scenario, string? scope, string need, int loginAge = 0)
    {
        Provider.Person["preferred_username"] = "admin";
        Provider.Tokens["scope"] = scope;
        Provider.IdToken["auth_time"] = DateTimeOffset.UtcNow.ToUnixTimeSeconds() - loginAge;
        var browser = scope is null ? web.Browser() : await web.LogInAsync("admin");
        browser.DefaultRequestHeaders.Accept.Add(new("application/json"));
        using var response = await browser.SendFormAsync("/", $"/lab/run/{scenario}");
        var problem = await response.AssertProblemAsync(409, "not_ready");
        Assert.Equal(need, problem.GetProperty("need").GetString());
        // The time is told where waiting is all that helps: what is left of the minute.
        if (need == "OldLogin") Assert.InRange(response.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 50);
        else Assert.Null(response.Headers.RetryAfter);
    }

    [Fact]
    public async Task Everything_that_the_home_page_loads_weighs_at_most_45_KB()
    {
        var browser = web.Browser();
        browser.DefaultRequestHeaders.Add("Accept-Encoding", "gzip");
        var page = await browser.ReadPageAsync("/");
        var loaded = page.QuerySelectorAll("link[href], script[src]");
        string[] files = [.. loaded.Select(element => element.GetAttribute("href") ?? element.GetAttribute("src")!)];
        Assert.Contains(files, file => file.EndsWith(".css"));
        Assert.Contains(files, file => file.EndsWith(".js"));
        var sizes = await Task.WhenAll(files.Prepend("/").Select(browser.GetByteArrayAsync));
        Assert.InRange(sizes.Sum(bytes => bytes.Length), 20_000, 45_000);
    }

    private static Task<HttpResponseMessage> SendAsync(string request, HttpClient browser)
    {
        var message = new HttpRequestMessage(new HttpMethod(request.Split(' ')[0]), request.Split(' ')[1]);
        if (message.Method == HttpMethod.Post) message.Content = new FormUrlEncodedContent([]);
        return browser.SendAsync(message);
    }
}
