using System.Diagnostics;
using System.Net;
using System.Security.Claims;
using System.Text.Json;
using System.Text.RegularExpressions;
using AuthDemo.ServiceDefaults;
using AuthDemo.Tests.Api;
using AuthDemo.Web.Http;
using AuthDemo.Web.Lab.Scenarios;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Trace;

namespace AuthDemo.Tests.Web;

/// <summary>Web alone, without an identity provider and without an Api.</summary>
public sealed class WebAlone : WebApplicationFactory<Scenario>
{
    public Recording Recording { get; } = new();

    /// <summary>A browser that shows redirects instead of following them.</summary>
    public HttpClient Browser(string address = "http://localhost") =>
        CreateClient(new WebApplicationFactoryClientOptions { AllowAutoRedirect = false, BaseAddress = new Uri(address) });

    protected override void ConfigureWebHost(IWebHostBuilder builder) => builder
        .UseEnvironment(Environments.Development)
        .UseSettings(RequiredSettings.OfWeb("http://localhost:1/realms/authdemo"))
        .ConfigureLogging(logging => logging.AddProvider(Recording))
        .ConfigureTestServices(services => services.ConfigureOpenTelemetryTracerProvider(tracing =>
            tracing.AddRequestTracing().AddProcessor(Recording)));

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        Recording.Dispose();
    }
}

/// <summary>What Web answers by itself.</summary>
public sealed class PageTests(WebAlone web) : IClassFixture<WebAlone>
{
    [Theory]
    [InlineData("/")]
    [InlineData("/lab/badge")]
    [InlineData("/learn")]
    public async Task Open_page_needs_no_login_and_tells_the_browser_what_not_to_do(string path)
    {
        using var response = await web.Browser().GetAsync(path);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("default-src 'none'", policy);
        Assert.Contains("frame-ancestors 'none'", policy);
        Assert.Contains("form-action 'self' http://localhost:1;", policy);
        Assert.DoesNotContain("unsafe", policy);
        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
        Assert.False(response.Headers.Contains("Server"));
        var html = await response.Content.ReadAsStringAsync();
        Assert.DoesNotContain("<script>", html);
        Assert.DoesNotContain(" style=", html);
    }

    [Theory]
    [InlineData("/me")]
    [InlineData("/admin")]
    public async Task Page_sends_an_anonymous_visitor_to_the_login_and_back(string path)
    {
        using var response = await web.Browser().GetAsync(path);
        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
        Assert.Equal($"/login?returnUrl={Uri.EscapeDataString(path)}", response.Headers.Location!.PathAndQuery);
    }

    [Fact]
    public async Task Script_without_a_session_gets_401_with_a_challenge_that_browsers_ignore()
    {
        using var response = await web.Browser().GetAsync("/session");

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("Cookie", Challenge.Parse(response.Headers.WwwAuthenticate.ToString())[0].Scheme);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        using var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        Assert.Equal("no_credentials", problem.RootElement.GetProperty("reason").GetString());
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
        Assert.Equal(isScript ? HttpStatusCode.Unauthorized : HttpStatusCode.Redirect, response.StatusCode);
    }

    [Theory]
    [InlineData("/logout")]
    [InlineData("/become/alice")]
    [InlineData("/lab/run/badge")]
    [InlineData("/lab/start-over")]
    public async Task Form_without_the_pages_token_is_refused_with_a_page_that_says_so(string path)
    {
        using var response = await web.Browser().PostAsync(path, new FormUrlEncodedContent([]));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("This form was not accepted", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Form_that_outlives_its_session_leads_to_the_login_and_not_back_to_an_address_that_answers_no_GET()
    {
        using var response = await web.Browser().PostAsync("/admin/reset", new FormUrlEncodedContent([]));
        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
        Assert.Equal("/login", response.Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task Cookies_are_for_https_alone_where_the_page_came_by_https()
    {
        var browser = web.WithWebHostBuilder(host => host.UseSetting(WebHostDefaults.ServerUrlsKey, "https://localhost:5180"))
            .CreateClient(new WebApplicationFactoryClientOptions { AllowAutoRedirect = false, BaseAddress = new("https://localhost") });
        using var page = await browser.GetAsync("/");
        var form = Assert.Single(page.Headers.GetValues("Set-Cookie"));
        using var run = await browser.PostAsync("/lab/run/lobby", await FormAsync(page));
        var notebook = Assert.Single(run.Headers.GetValues("Set-Cookie"));

        Assert.StartsWith("__Host-authdemo.lab=", notebook);
        Assert.All([form, notebook], cookie => Assert.Contains("; secure; ", cookie));
        Assert.All([form, notebook], cookie => Assert.EndsWith("; httponly", cookie));
    }

    [Fact]
    public async Task Nobody_keeps_an_answer_about_a_person()
    {
        var admin = await SessionAsync("admin", "user", "admin");
        foreach (var path in new[] { "/session", "/me", "/admin" })
        {
            using var response = await admin.GetAsync(path);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.True(response.Headers.CacheControl?.NoStore, path);
        }
    }

    [Fact]
    public async Task Logout_ends_the_session_and_leaves_its_token_to_the_lab()
    {
        var alice = await SessionAsync("alice", "user");
        using var page = await alice.GetAsync("/lab/after-logout");
        Assert.Contains("This needs a session that was logged out", await page.Content.ReadAsStringAsync());

        using var logout = await alice.PostAsync("/logout", await FormAsync(page));
        var notebook = Assert.Single(logout.Headers.GetValues("Set-Cookie"), cookie => cookie.StartsWith("authdemo.lab=")).Split(';')[0];
        using var me = await alice.GetAsync("/me");
        Assert.Equal(HttpStatusCode.Redirect, me.StatusCode);

        var nobody = web.Browser();
        nobody.DefaultRequestHeaders.Add("Cookie", notebook);
        Assert.DoesNotContain("This needs a session that was logged out", await nobody.GetStringAsync("/lab/after-logout"));
    }

    [Theory]
    [InlineData("/admin/reset")]
    [InlineData("/admin/users/carol/delete")]
    [InlineData("/admin/alarm/disarm")]
    public async Task Admin_page_says_so_when_the_Api_is_away(string path)
    {
        var admin = await SessionAsync("admin", "user", "admin");
        using var page = await admin.GetAsync("/admin");
        Assert.Contains("The API does not answer", await page.Content.ReadAsStringAsync());

        using var response = await admin.PostAsync(path, await FormAsync(page));

        Assert.Matches("^/admin\\?done=unavailable&trace=[0-9a-f]{32}$", response.Headers.Location?.OriginalString);
    }

    [Theory]
    [InlineData("/nowhere")]
    [InlineData("/lab/no-such-scenario")]
    public async Task Unknown_page_is_404_for_everybody(string path)
    {
        using var response = await web.Browser().GetAsync(path);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("text/html", response.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Login_without_an_identity_provider_ends_on_a_page_that_says_so()
    {
        using var login = await web.Browser().GetAsync("/login?returnUrl=/me");
        Assert.Equal(HttpStatusCode.Redirect, login.StatusCode);

        using var page = await web.Browser().GetAsync(login.Headers.Location);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, page.StatusCode);
        var html = await page.Content.ReadAsStringAsync();
        Assert.Contains("The identity provider does not answer", html);
        Assert.Contains("/login?returnUrl=%2Fme", html);
    }

    [Theory]
    [InlineData("code=made-up&state=made-up", "state_lost", "This login was started somewhere else")]
    [InlineData("error=access_denied&state=made-up", "access_denied", "The login was not completed")]
    [InlineData("error=server_error&state=made-up", "refused", "The login did not succeed")]
    public async Task Callback_that_is_no_login_ends_on_a_page_that_says_so(string query, string reason, string title)
    {
        using var callback = await web.Browser().GetAsync($"/signin-oidc?{query}");
        Assert.StartsWith($"/login/failed?reason={reason}&", callback.Headers.Location!.OriginalString);

        using var page = await web.Browser().GetAsync(callback.Headers.Location);
        Assert.True((int)page.StatusCode >= 400);
        Assert.Contains(title, await page.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("access_denied", true)]
    [InlineData("one%0Dtwo", false)]
    [InlineData("eyJhbGciOi.eyJzdWIi.c2ln", false)]
    public async Task Log_of_a_refused_login_repeats_error_codes_and_nothing_else(string error, bool repeated)
    {
        var trace = ActivityTraceId.CreateRandom();
        using var callback = await SendAsync(trace, HttpMethod.Get, $"/signin-oidc?error={error}&state=made-up");

        var logs = web.Recording.Logs.Where(log => log.Trace == trace).ToArray();
        var failure = Assert.Single(logs, log => log.Category == "AuthDemo.Web.Login");
        Assert.Equal(repeated ? error : null, failure.Fields["Error"]);
        Assert.Equal(repeated, logs.Any(log => log.Message.Contains(Uri.UnescapeDataString(error))));
    }

    [Theory]
    [InlineData("lobby", "The API does not answer")]
    [InlineData("device-badge", "The identity provider does not answer")]
    [InlineData("wrong-password", "The identity provider does not answer")]
    [InlineData("algorithm-swap", "The identity provider does not answer")]
    public async Task Scenario_that_cannot_be_sent_says_which_service_is_away(string scenario, string says)
    {
        var browser = web.CreateClient();
        using var home = await browser.GetAsync("/");

        using var response = await browser.PostAsync($"/lab/run/{scenario}", await FormAsync(home));

        Assert.Equal($"/lab/{scenario}", response.RequestMessage!.RequestUri!.AbsolutePath);
        Assert.Contains(says, await response.Content.ReadAsStringAsync());
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
        var browser = scope is null ? web.Browser() : await SessionOfAdminAsync(scope, loginAge);
        browser.DefaultRequestHeaders.Accept.Add(new("application/json"));
        using var home = await browser.GetAsync("/");

        using var response = await browser.PostAsync($"/lab/run/{scenario}", await FormAsync(home));

        using var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        Assert.Equal((HttpStatusCode.Conflict, "not_ready"), (response.StatusCode, problem.RootElement.GetProperty("reason").GetString()));
        Assert.Equal(need, problem.RootElement.GetProperty("need").GetString());
        // The time is told where waiting is all that helps: what is left of the minute.
        if (need == "OldLogin") Assert.InRange(response.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 30, 50);
        else Assert.Null(response.Headers.RetryAfter);
    }

    [Fact]
    public async Task Everything_that_the_home_page_loads_weighs_at_most_45_KB()
    {
        var browser = web.Browser();
        browser.DefaultRequestHeaders.Add("Accept-Encoding", "gzip");
        var html = await browser.GetStringAsync("/");
        string[] files = [.. html.Split('"').Where(part => Regex.IsMatch(part, @"^/(app|lab|badge)\..*\.?(css|js|svg)$"))];
        Assert.Equal(4, files.Length);
        var weight = html.Length;
        foreach (var file in files) weight += (await browser.GetByteArrayAsync(file)).Length;
        Assert.InRange(weight, 20_000, 45_000);
    }

    [Theory]
    [InlineData("POST", "/logout", 400, "/logout")]
    [InlineData("POST", "/become/alice", 400, "/become/{persona}")]
    [InlineData("POST", "/lab/run/badge", 400, "/lab/run/{scenario}")]
    [InlineData("GET", "/lab/no-such-scenario", 404, "/lab/{Id}")]
    [InlineData("GET", "/nowhere", 404, null)]
    [InlineData("GET", "/session", 401, "/session", "401 no_credentials: GET /session")]
    public async Task Span_of_a_refused_page_is_named_after_the_page_that_was_asked_for(
        string method, string path, int status, string? route, string? name = null)
    {
        var trace = ActivityTraceId.CreateRandom();
        using var response = await SendAsync(trace, new HttpMethod(method), path);
        Assert.Equal(status, (int)response.StatusCode);
        await AssertServerSpanAsync(trace, method, status, route, name);
    }

    [Fact]
    public async Task Span_of_a_forbidden_page_is_named_after_it_too()
    {
        var trace = ActivityTraceId.CreateRandom();
        using var response = await SendAsync(trace, HttpMethod.Get, "/admin", await SessionAsync("alice", "user"));
        Assert.Contains("You may not see this page", await response.Content.ReadAsStringAsync());
        await AssertServerSpanAsync(trace, "GET", 403, "/admin", "403 role_missing: GET /admin");
    }

    private async Task AssertServerSpanAsync(ActivityTraceId trace, string method, int status, string? route, string? name = null)
    {
        var span = Assert.Single(await web.Recording.SpansOfAsync(trace), span => span.Kind == ActivityKind.Server);
        Assert.Equal(name ?? (route is null ? method : $"{method} {route}"), span.DisplayName);
        Assert.Equal(route, span.GetTagItem("http.route"));
        Assert.Equal(status, span.GetTagItem("http.response.status_code"));
    }

    private async Task<HttpResponseMessage> SendAsync(ActivityTraceId trace, HttpMethod method, string path, HttpClient? browser = null)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Add("traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom()}-01");
        if (method == HttpMethod.Post) request.Content = new FormUrlEncodedContent([]);
        return await (browser ?? web.Browser()).SendAsync(request);
    }

    private static async Task<FormUrlEncodedContent> FormAsync(HttpResponseMessage page)
    {
        var html = await page.Content.ReadAsStringAsync();
        return new([new("__RequestVerificationToken", html.Split("name=\"__RequestVerificationToken\" value=\"")[1].Split('"')[0])]);
    }

    /// <summary>A browser with a session of Web's own store: there is no identity provider here to log in at.</summary>
    private Task<HttpClient> SessionAsync(string name, params string[] roles) =>
        SessionAsync(web, DateTimeOffset.UtcNow.AddMinutes(5), name, roles);

    private static Task<HttpClient> SessionAsync(
        WebApplicationFactory<Scenario> web, DateTimeOffset expires, string name, params string[] roles)
    {
        Claim[] person = [new("sub", $"the id of {name}"), new("preferred_username", name)];
        return WebSession.StartAsync(web, expires, name, [.. person, .. roles.Select(role => new Claim("roles", role))], scope: null);
    }

    private Task<HttpClient> SessionOfAdminAsync(string scope, int loginAge)
    {
        var loggedInAt = DateTimeOffset.UtcNow.ToUnixTimeSeconds() - loginAge;
        Claim[] claims = [new("sub", "3"), new("preferred_username", "admin"), new("roles", "admin"), new("auth_time", $"{loggedInAt}")];
        return WebSession.StartAsync(web, DateTimeOffset.UtcNow.AddMinutes(5), "admin", claims, scope);
    }
}
