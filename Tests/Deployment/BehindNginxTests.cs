using System.Net;
using System.Text.Json;
using AuthDemo.Tests.Web;
using Microsoft.AspNetCore.WebUtilities;

namespace AuthDemo.Tests.Deployment;

/// <summary>What callers of a deployment get, through nginx and over https.</summary>
[Trait("Needs", "Processes")]
public sealed class BehindNginxTests(PublishedApplication application) : IClassFixture<PublishedApplication>, IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await application.StartAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Challenge_and_metadata_of_the_Api_name_it_by_https()
    {
        using var browser = BrowserAt(application.Api);
        using var refusal = await browser.Http.GetAsync("/badge", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Unauthorized, refusal.StatusCode);
        var metadata = ReadMetadataAddress(refusal);
        Assert.Equal(application.Api, new Uri(metadata, "/"));

        using var document = JsonDocument.Parse(await browser.Http.GetStringAsync(metadata, TestContext.Current.CancellationToken));
        Assert.Equal(application.Api, new Uri(document.RootElement.GetProperty("resource").GetString()!));
        var server = Assert.Single(document.RootElement.GetProperty("authorization_servers").EnumerateArray());
        Assert.Equal(new Uri(application.Provider, "/realms/authdemo"), new Uri(server.GetString()!));
    }

    [Fact]
    public async Task Scheme_and_address_of_a_caller_that_is_no_trusted_proxy_are_ignored()
    {
        using var caller = BrowserAt(application.ApiItself);
        using var request = Forwarded("/badge", "api.example.com");
        using var refusal = await caller.Http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal("http://api.example.com/", new Uri(ReadMetadataAddress(refusal), "/").ToString());
        Assert.False(refusal.Headers.Contains("Strict-Transport-Security"));

        using var intercom = Forwarded("/intercom", "api.example.com");
        using var outside = await caller.Http.SendAsync(intercom, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Forbidden, outside.StatusCode);

        using var visitor = BrowserAt(application.WebItself);
        using var page = Forwarded("/", "app.example.com");
        using var plain = await visitor.Http.SendAsync(page, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, plain.StatusCode);
        Assert.False(plain.Headers.Contains("Strict-Transport-Security"));
    }

    [Fact]
    public async Task Login_goes_by_https_all_the_way_and_leaves_a_session()
    {
        using var browser = BrowserAt(application.Web);
        var answers = await browser.LogInAsync("alice", "/me");

        Assert.All(answers, answer => Assert.Equal("https", answer.RequestMessage!.RequestUri!.Scheme));
        Assert.Equal(new Uri(application.Web, "/me"), answers[^1].RequestMessage!.RequestUri);
        Assert.Equal(HttpStatusCode.OK, answers[^1].StatusCode);
        Assert.Equal("alice", await browser.Http.NameAsync());

        // The provider compares it with the realm's; where the request was pushed, the address holds no copy of it.
        var begun = answers[0].Headers.Location!;
        Assert.Equal(application.Provider, new Uri(begun, "/"));
        var asked = QueryHelpers.ParseQuery(begun.Query);
        var callbackAddress = new Uri(application.Web, "/signin-oidc");
        if (!asked.ContainsKey("request_uri")) Assert.Equal(callbackAddress, new Uri(asked["redirect_uri"].ToString()));
        Assert.Contains(answers, answer => answer.RequestMessage!.RequestUri!.GetLeftPart(UriPartial.Path) == callbackAddress.ToString());
    }

    [Fact]
    public async Task Cookies_of_Web_are_Secure_and_bound_to_its_host()
    {
        using var browser = BrowserAt(application.Web);
        var answers = (await browser.LogInAsync("bob", "/")).ToList();
        answers.Add(await browser.Http.GetAsync("/lab", TestContext.Current.CancellationToken));
        answers.Add(await browser.Http.SendFormAsync("/", "/logout"));

        var cookies = answers.Where(answer => new Uri(answer.RequestMessage!.RequestUri!, "/") == application.Web)
            .SelectMany(answer => answer.Headers.TryGetValues("Set-Cookie", out var set) ? set : []).ToList();
        foreach (var part in new[] { "authdemo.session", "authdemo.forms", ".Correlation.", ".Nonce." })
            Assert.Contains(cookies, cookie => cookie.Split('=')[0].Contains(part, StringComparison.Ordinal));
        Assert.All(cookies, cookie => Assert.Matches("(?i)^__Host-[^;]*;(?=.*path=/(;|$))(?=.*secure)(?!.*domain=)", cookie));
    }

    [Fact]
    public async Task Labs_own_calls_of_Web_and_of_the_Api_arrive()
    {
        using var browser = BrowserAt(application.Web);
        await browser.LogInAsync("alice", "/");
        browser.Http.DefaultRequestHeaders.Add("Accept", "application/json");
        (string, int)[] scenarios = [("script-asks-page", 200), ("badge", 200), ("delete-user", 403), ("malformed-token", 401)];
        foreach (var (scenario, status) in scenarios)
        {
            using var run = await browser.Http.SendFormAsync($"/lab/{scenario}", $"/lab/run/{scenario}");
            using var result = JsonDocument.Parse(await run.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
            Assert.Equal(status, result.RootElement.GetProperty("status").GetInt32());
            Assert.True(result.RootElement.GetProperty("asExpected").GetBoolean(), scenario);
        }
    }

    [Fact]
    public async Task Browsers_are_told_to_stay_with_https_for_a_year()
    {
        foreach (var address in new[] { application.Web, new Uri(application.Api, "/badge"), new Uri(application.Api, "/lobby") })
        {
            using var browser = BrowserAt(address);
            using var answer = await browser.Http.GetAsync(address, TestContext.Current.CancellationToken);
            var maxAge = Assert.Single(answer.Headers.GetValues("Strict-Transport-Security")).Split(';')[0].Split('=')[1];
            Assert.InRange(int.Parse(maxAge), 31_536_000, int.MaxValue);
        }
    }

    [Theory]
    [InlineData("/lobby")]
    [InlineData("/badge")]
    [InlineData("/nowhere")]
    [InlineData("/.well-known/oauth-protected-resource")]
    public async Task Nobody_keeps_an_answer_of_the_Api_or_guesses_its_type(string path)
    {
        using var browser = BrowserAt(application.Api);
        using var answer = await browser.Http.GetAsync(path, TestContext.Current.CancellationToken);
        Assert.True(answer.Headers.CacheControl?.NoStore);
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
    }

    [Fact]
    public async Task Document_of_the_Api_is_not_there()
    {
        using var browser = BrowserAt(application.Api);
        using var answer = await browser.Http.GetAsync("/openapi/v1.json", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Theory]
    [InlineData("/badge", HttpStatusCode.Unauthorized, "no_credentials")]
    [InlineData("/intercom", HttpStatusCode.Forbidden, "network_not_allowed")]
    public async Task Refusal_says_its_reason_and_explains_nothing(string path, HttpStatusCode status, string reason)
    {
        using var browser = BrowserAt(application.Api);
        using var refusal = await browser.Http.GetAsync(path, TestContext.Current.CancellationToken);
        Assert.Equal(status, refusal.StatusCode);
        Assert.False(refusal.Headers.Contains("Server-Timing"));
        using var problem = JsonDocument.Parse(await refusal.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(reason, problem.RootElement.GetProperty("reason").GetString());
        foreach (var explanation in new[] { "hint", "required", "actual" })
            Assert.False(problem.RootElement.TryGetProperty(explanation, out _), explanation);
    }

    [Fact]
    public async Task No_other_name_is_answered()
    {
        foreach (var service in new[] { application.Web, application.Api })
        {
            var other = new UriBuilder(service) { Host = "other.example.com" }.Uri;
            using var browser = BrowserAt(other);
            using var answer = await browser.Http.GetAsync("/", TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        }
    }

    private HttpsBrowser BrowserAt(Uri address) => new(application.Certificate, address);

    private static HttpRequestMessage Forwarded(string path, string host) => new(HttpMethod.Get, path)
    {
        Headers = { { "X-Forwarded-Proto", "https" }, { "X-Forwarded-For", "10.20.0.1" }, { "Host", host } },
    };

    private static Uri ReadMetadataAddress(HttpResponseMessage refusal)
    {
        var challenge = Assert.Single(refusal.Headers.WwwAuthenticate).Parameter!;
        return new Uri(challenge.Split("resource_metadata=\"")[1].Split('"')[0]);
    }
}
