using System.Net;
using System.Security.Claims;
using System.Text.Json;
using AuthDemo.Tests.Api;
using AuthDemo.Web.Lab;
using AuthDemo.Web.Login;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AuthDemo.Tests.Web;

/// <summary>Web alone, without an identity provider and without an Api: what it answers by itself.</summary>
public sealed class PageTests : IDisposable
{
    private readonly WebApplicationFactory<Scenario> web = new WebApplicationFactory<Scenario>().WithWebHostBuilder(host => host
        .UseEnvironment("Development")
        .UseSetting("services:keycloak:http:0", "http://localhost:1")
        .UseSetting("services:api:http:0", "http://localhost:1"));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/")]
    [InlineData("/lab/badge")]
    [InlineData("/learn")]
    public async Task Open_page_needs_no_login_and_tells_the_browser_what_not_to_do(string path)
    {
        using var response = await Browser().GetAsync(path, Cancellation);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.Contains("form-action 'self' http://localhost:1;", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
        Assert.False(response.Headers.Contains("Server"));
        var html = await response.Content.ReadAsStringAsync(Cancellation);
        Assert.DoesNotContain("<script>", html, StringComparison.Ordinal);
        Assert.DoesNotContain(" style=", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/me")]
    [InlineData("/admin")]
    public async Task Page_sends_an_anonymous_visitor_to_the_login_and_back(string path)
    {
        using var response = await Browser().GetAsync(path, Cancellation);
        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
        Assert.Equal($"/login?returnUrl={Uri.EscapeDataString(path)}", response.Headers.Location!.PathAndQuery);
    }

    [Fact]
    public async Task Script_without_a_session_gets_401_with_a_challenge_that_browsers_ignore()
    {
        using var response = await Browser().GetAsync("/session", Cancellation);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("Cookie", Challenge.Parse(response.Headers.WwwAuthenticate.ToString())[0].Scheme);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        using var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Cancellation));
        Assert.Equal("no_credentials", problem.RootElement.GetProperty("reason").GetString());
    }

    [Theory]
    [InlineData("/logout")]
    [InlineData("/become/alice")]
    [InlineData("/lab/run/badge")]
    [InlineData("/lab/run-all")]
    [InlineData("/lab/start-over")]
    public async Task Form_without_the_pages_token_is_refused_with_a_page_that_says_so(string path)
    {
        using var response = await Browser().PostAsync(path, new FormUrlEncodedContent([]), Cancellation);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("This form was not accepted", await response.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Form_that_outlives_its_session_leads_to_the_login_and_not_back_to_an_address_that_answers_no_GET()
    {
        using var response = await Browser().PostAsync("/admin/reset", new FormUrlEncodedContent([]), Cancellation);
        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
        Assert.Equal("/login", response.Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task Cookies_are_for_https_alone_where_the_page_came_by_https()
    {
        var browser = web.CreateClient(new WebApplicationFactoryClientOptions { AllowAutoRedirect = false, BaseAddress = new Uri("https://localhost") });
        using var page = await browser.GetAsync("/", Cancellation);
        var form = Assert.Single(page.Headers.GetValues("Set-Cookie"));
        using var run = await browser.PostAsync("/lab/run/lobby", await FormAsync(page), Cancellation);
        var notebook = Assert.Single(run.Headers.GetValues("Set-Cookie"));

        Assert.StartsWith("__Host-authdemo.lab=", notebook, StringComparison.Ordinal);
        Assert.All([form, notebook], cookie => Assert.Contains("; secure; ", cookie, StringComparison.Ordinal));
        Assert.All([form, notebook], cookie => Assert.EndsWith("; httponly", cookie, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nobody_keeps_an_answer_about_a_person()
    {
        var admin = await SessionOfAdminAsync();
        foreach (var path in new[] { "/session", "/me", "/admin" })
        {
            using var response = await admin.GetAsync(path, Cancellation);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.True(response.Headers.CacheControl?.NoStore, path);
        }
    }

    [Theory]
    [InlineData("/admin/reset")]
    [InlineData("/admin/users/carol/delete")]
    [InlineData("/admin/alarm/disarm")]
    public async Task Admin_page_says_so_when_the_Api_is_away(string path)
    {
        var admin = await SessionOfAdminAsync();
        using var page = await admin.GetAsync("/admin", Cancellation);
        Assert.Contains("The API does not answer", await page.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);

        using var response = await admin.PostAsync(path, await FormAsync(page), Cancellation);

        Assert.Equal("/admin?done=unavailable", response.Headers.Location?.OriginalString);
    }

    [Theory]
    [InlineData("/nowhere")]
    [InlineData("/lab/no-such-scenario")]
    public async Task Unknown_page_is_404_for_everybody(string path)
    {
        using var response = await Browser().GetAsync(path, Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("text/html", response.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Login_without_an_identity_provider_ends_on_a_page_that_says_so()
    {
        using var login = await Browser().GetAsync("/login?returnUrl=/me", Cancellation);
        Assert.Equal(HttpStatusCode.Redirect, login.StatusCode);

        using var page = await Browser().GetAsync(login.Headers.Location, Cancellation);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, page.StatusCode);
        var html = await page.Content.ReadAsStringAsync(Cancellation);
        Assert.Contains("The identity provider does not answer", html, StringComparison.Ordinal);
        Assert.Contains("/login?returnUrl=%2Fme", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("code=made-up&state=made-up", "state_lost", "This login was started somewhere else")]
    [InlineData("error=access_denied&state=made-up", "access_denied", "The login was not completed")]
    [InlineData("error=server_error&state=made-up", "refused", "The login did not succeed")]
    public async Task Callback_that_is_no_login_ends_on_a_page_that_says_so(string query, string reason, string title)
    {
        using var callback = await Browser().GetAsync($"/signin-oidc?{query}", Cancellation);
        Assert.StartsWith($"/login/failed?reason={reason}&", callback.Headers.Location!.OriginalString, StringComparison.Ordinal);

        using var page = await Browser().GetAsync(callback.Headers.Location, Cancellation);
        Assert.True((int)page.StatusCode >= 400);
        Assert.Contains(title, await page.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("access_denied", true)]
    [InlineData("one%0Dtwo", false)]
    [InlineData("eyJhbGciOi.eyJzdWIi.c2ln", false)]
    public async Task Log_of_a_refused_login_repeats_error_codes_and_nothing_else(string error, bool repeated)
    {
        using var recording = new Recording();
        using var recorded = web.WithWebHostBuilder(host => host.ConfigureLogging(logging => logging.AddProvider(recording)));
        var browser = recorded.CreateClient(new WebApplicationFactoryClientOptions { AllowAutoRedirect = false });
        using var callback = await browser.GetAsync($"/signin-oidc?error={error}&state=made-up", Cancellation);

        var failure = Assert.Single(recording.Logs, log => log.Category == "AuthDemo.Web.Login");
        Assert.Equal(repeated ? error : null, failure.Fields["Error"]);
        Assert.Equal(repeated, recording.Logs.Any(log => log.Message.Contains(Uri.UnescapeDataString(error), StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("lobby", "The API does not answer")]
    [InlineData("device-badge", "The identity provider does not answer")]
    [InlineData("wrong-password", "The identity provider does not answer")]
    [InlineData("algorithm-swap", "The identity provider does not answer")]
    public async Task Scenario_that_cannot_be_sent_says_which_service_is_away(string scenario, string says)
    {
        var browser = web.CreateClient();
        using var home = await browser.GetAsync("/", Cancellation);

        using var response = await browser.PostAsync($"/lab/run/{scenario}", await FormAsync(home), Cancellation);

        Assert.Equal($"/lab/{scenario}", response.RequestMessage!.RequestUri!.AbsolutePath);
        Assert.Contains(says, await response.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        Assert.DoesNotContain(says, await browser.GetStringAsync($"/lab/{scenario}", Cancellation), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("id-token", null, "login")]
    [InlineData("after-logout", null, "ended_session")]
    [InlineData("visitors-with-scope", "openid profile", "scope")]
    [InlineData("visitors", "openid profile visitors:read", "no_scope")]
    [InlineData("disarm-old-login", "openid profile", "old_login", 10)]
    [InlineData("disarm-fresh-login", "openid profile", "fresh_login", 90)]
    public async Task Scenario_that_is_not_ready_says_to_a_script_what_it_needs(string scenario, string? scope, string need, int loginAge = 0)
    {
        var browser = scope is null ? Browser() : await SessionOfAdminAsync(scope, loginAge);
        browser.DefaultRequestHeaders.Accept.Add(new("application/json"));
        using var home = await browser.GetAsync("/", Cancellation);

        using var response = await browser.PostAsync($"/lab/run/{scenario}", await FormAsync(home), Cancellation);

        using var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Cancellation));
        Assert.Equal((HttpStatusCode.Conflict, "not_ready"), (response.StatusCode, problem.RootElement.GetProperty("reason").GetString()));
        Assert.Equal(need, problem.RootElement.GetProperty("need").GetString());
        // The time is told where waiting is all that helps: what is left of the minute.
        if (need == "old_login") Assert.InRange(response.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 30, 50);
        else Assert.Null(response.Headers.RetryAfter);
    }

    [Fact]
    public async Task Everything_that_the_home_page_loads_weighs_less_than_150_KB()
    {
        var browser = Browser();
        var html = await browser.GetStringAsync("/", Cancellation);
        var weight = html.Length;
        foreach (var file in html.Split('"').Where(part => part.StartsWith("/app.", StringComparison.Ordinal) || part.StartsWith("/badge.", StringComparison.Ordinal)))
            weight += (await browser.GetByteArrayAsync(file, Cancellation)).Length;
        Assert.InRange(weight, 20_000, 150_000);
    }

    public void Dispose() => web.Dispose();

    private static async Task<FormUrlEncodedContent> FormAsync(HttpResponseMessage page)
    {
        var html = await page.Content.ReadAsStringAsync(Cancellation);
        return new([new("__RequestVerificationToken", html.Split("name=\"__RequestVerificationToken\" value=\"")[1].Split('"')[0])]);
    }

    /// <summary>A browser with a session of Web's own store: there is no identity provider here to log in at.</summary>
    private async Task<HttpClient> SessionOfAdminAsync(string scope = "openid profile", int loginAge = 0)
    {
        const string scheme = CookieAuthenticationDefaults.AuthenticationScheme;
        var loggedInAt = DateTimeOffset.UtcNow.ToUnixTimeSeconds() - loginAge;
        Claim[] claims = [new("sub", "3"), new("preferred_username", "admin"), new("roles", "admin"), new("auth_time", $"{loggedInAt}")];
        var user = new ClaimsPrincipal(new ClaimsIdentity(claims, scheme, "preferred_username", "roles"));
        var properties = new AuthenticationProperties { Items = { [LoginSetup.ScopeItem] = scope } };
        var key = await web.Services.GetRequiredService<SessionStore>().StoreAsync(new AuthenticationTicket(user, properties, scheme));
        var named = new ClaimsPrincipal(new ClaimsIdentity([new Claim("Microsoft.AspNetCore.Authentication.Cookies-SessionId", key)], scheme));
        var options = web.Services.GetRequiredService<IOptionsMonitor<CookieAuthenticationOptions>>().Get(scheme);
        var browser = Browser();
        browser.DefaultRequestHeaders.Add("Cookie", $"{options.Cookie.Name}={options.TicketDataFormat.Protect(new AuthenticationTicket(named, scheme))}");
        return browser;
    }

    private HttpClient Browser() => web.CreateClient(new WebApplicationFactoryClientOptions { AllowAutoRedirect = false });
}
