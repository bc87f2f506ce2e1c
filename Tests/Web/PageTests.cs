using System.Net;
using System.Text.Json;
using AuthDemo.Web.Lab;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;

namespace AuthDemo.Tests.Web;

/// <summary>Web alone, without an identity provider and without an Api: what it answers by itself.</summary>
public sealed class PageTests : IDisposable
{
    private const string Key = "key of this run";

    private readonly WebApplicationFactory<Scenario> web = new WebApplicationFactory<Scenario>().WithWebHostBuilder(host => host
        .UseEnvironment("Development")
        .UseSetting("services:keycloak:http:0", "http://localhost:1")
        .UseSetting("services:api:http:0", "http://localhost:1")
        .UseSetting("COMMANDS_KEY", Key));

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
    [InlineData("lobby", "The API does not answer")]
    [InlineData("device-badge", "The identity provider does not answer")]
    [InlineData("wrong-password", "The identity provider does not answer")]
    [InlineData("algorithm-swap", "The identity provider does not answer")]
    public async Task Scenario_that_cannot_be_sent_says_which_service_is_away(string scenario, string says)
    {
        var browser = web.CreateClient();
        var home = await browser.GetStringAsync("/", Cancellation);
        var token = home.Split("name=\"__RequestVerificationToken\" value=\"")[1].Split('"')[0];

        using var response = await browser.PostAsync($"/lab/run/{scenario}", new FormUrlEncodedContent([new("__RequestVerificationToken", token)]), Cancellation);

        Assert.Equal($"/lab/{scenario}", response.RequestMessage!.RequestUri!.AbsolutePath);
        Assert.Contains(says, await response.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        Assert.DoesNotContain(says, await browser.GetStringAsync($"/lab/{scenario}", Cancellation), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("key of another run")]
    public async Task Command_without_this_runs_key_is_refused(string? key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/commands/run-all-flows");
        if (key is not null) request.Headers.Add("X-Commands-Key", key);
        using var response = await Browser().SendAsync(request, Cancellation);
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Fact]
    public async Task Commands_are_not_there_without_a_key()
    {
        using var closed = web.WithWebHostBuilder(host => host.UseSetting("COMMANDS_KEY", ""));
        using var response = await closed.CreateClient().PostAsync("/commands/run-all-flows", content: null, Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
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

    private HttpClient Browser() => web.CreateClient(new WebApplicationFactoryClientOptions { AllowAutoRedirect = false });
}
