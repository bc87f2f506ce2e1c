using Microsoft.AspNetCore.WebUtilities;

namespace AuthDemo.Tests.Deployment;

[Trait("Needs", "Processes")]
public sealed class BehindNginxTests(PublishedApplication application) : IClassFixture<PublishedApplication>, IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await application.StartAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Refusal_of_the_Api_names_it_by_https_and_explains_nothing()
    {
        using var browser = BrowserAt(application.Api);
        using var refusal = await browser.Http.GetAsync("/badge", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Unauthorized, refusal.StatusCode);
        var metadata = ReadMetadataAddress(refusal);
        Assert.Equal(application.Api, new Uri(metadata, "/"));
        Assert.Equal("max-age=31536000", Assert.Single(refusal.Headers.GetValues("Strict-Transport-Security")));
        Assert.False(refusal.Headers.Contains("Server-Timing"));
        using var problem = JsonDocument.Parse(await refusal.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal("no_credentials", problem.RootElement.GetProperty("reason").GetString());
        foreach (var explanation in (string[])["hint", "required", "actual"])
            Assert.False(problem.RootElement.TryGetProperty(explanation, out _), explanation);

        using var document = JsonDocument.Parse(await browser.Http.GetStringAsync(metadata, TestContext.Current.CancellationToken));
        Assert.Equal(application.Api, new Uri(document.RootElement.GetProperty("resource").GetString()!));
        var server = Assert.Single(document.RootElement.GetProperty("authorization_servers").EnumerateArray());
        Assert.Equal(new Uri(application.Provider, "/realms/authdemo"), new Uri(server.GetString()!));
    }

    [Fact]
    public async Task Scheme_and_address_of_a_caller_that_is_no_trusted_proxy_are_ignored()
    {
        using var refusal = await SendForwardedAsync(application.ApiItself, "/badge", "api.example.com");
        Assert.Equal("http://api.example.com/", new Uri(ReadMetadataAddress(refusal), "/").ToString());
        Assert.False(refusal.Headers.Contains("Strict-Transport-Security"));
        using var outside = await SendForwardedAsync(application.ApiItself, "/intercom", "api.example.com");
        Assert.Equal(HttpStatusCode.Forbidden, outside.StatusCode);
        using var plain = await SendForwardedAsync(application.WebItself, "/", "app.example.com");
        Assert.Equal(HttpStatusCode.OK, plain.StatusCode);
        Assert.False(plain.Headers.Contains("Strict-Transport-Security"));
    }

    [Fact]
    public async Task Login_lab_and_logout_go_by_https_all_the_way_with_cookies_bound_to_Webs_host()
    {
        using var browser = BrowserAt(application.Web);
        var answers = (await browser.LogInAsync("alice", "/me")).ToList();
        Assert.Equal(new Uri(application.Web, "/me"), answers[^1].RequestMessage!.RequestUri);
        Assert.Equal(HttpStatusCode.OK, answers[^1].StatusCode);
        Assert.Equal("alice", await browser.Http.NameAsync());

        // The provider compares it with the realm's; where the request was pushed, the address holds no copy of it.
        var begun = answers[0].Headers.Location!;
        Assert.Equal(application.Provider, new Uri(begun, "/"));
        var callbackAddress = new Uri(application.Web, "/signin-oidc");
        if (QueryHelpers.ParseQuery(begun.Query).TryGetValue("redirect_uri", out var asked)) Assert.Equal(callbackAddress, new Uri(asked!));
        Assert.Contains(answers, answer => answer.RequestMessage!.RequestUri!.GetLeftPart(UriPartial.Path) == callbackAddress.ToString());

        answers.Add(await browser.Http.GetAsync("/lab", TestContext.Current.CancellationToken));
        browser.Http.DefaultRequestHeaders.Add("Accept", "application/json");
        (string, int)[] scenarios = [("script-asks-page", 200), ("badge", 200), ("delete-user", 403), ("malformed-token", 401)];
        foreach (var (scenario, status) in scenarios)
        {
            answers.Add(await browser.Http.SendFormAsync($"/lab/{scenario}", $"/lab/run/{scenario}"));
            using var result = JsonDocument.Parse(await answers[^1].Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
            Assert.Equal(status, result.RootElement.GetProperty("status").GetInt32());
            Assert.True(result.RootElement.GetProperty("asExpected").GetBoolean(), scenario);
        }

        answers.Add(await browser.Http.SendFormAsync("/", "/logout"));
        Assert.All(answers, answer => Assert.Equal("https", answer.RequestMessage!.RequestUri!.Scheme));
        var ofWeb = answers.Where(answer => new Uri(answer.RequestMessage!.RequestUri!, "/") == application.Web).ToList();
        Assert.All(ofWeb, answer => Assert.True(answer.Headers.Contains("Strict-Transport-Security")));
        var cookies = ofWeb.SelectMany(answer => answer.Headers.TryGetValues("Set-Cookie", out var set) ? set : []).ToList();
        foreach (var part in (string[])["authdemo.session", "authdemo.forms", ".Correlation.", ".Nonce."])
            Assert.Contains(cookies, cookie => cookie.Split('=')[0].Contains(part, StringComparison.Ordinal));
        Assert.All(cookies, cookie => Assert.Matches("(?i)^__Host-[^;]*;(?=.*path=/(;|$))(?=.*secure)(?!.*domain=)", cookie));
    }

    [Fact]
    public async Task No_other_name_is_answered()
    {
        using var browser = BrowserAt(application.Web);
        using var answer = await browser.Http.GetAsync(
            new UriBuilder(application.Web) { Host = "other.example.com" }.Uri, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        using var api = await SendForwardedAsync(application.ApiItself, "/lobby", "other.example.com");
        Assert.Equal(HttpStatusCode.BadRequest, api.StatusCode);
    }

    private HttpsBrowser BrowserAt(Uri address) => new(application.Certificate, address);

    private async Task<HttpResponseMessage> SendForwardedAsync(Uri service, string path, string host)
    {
        using var browser = BrowserAt(service);
        return await browser.Http.SendAsync(new(HttpMethod.Get, path)
        {
            Headers = { { "X-Forwarded-Proto", "https" }, { "X-Forwarded-For", "10.20.0.1" }, { "Host", host } },
        }, TestContext.Current.CancellationToken);
    }

    private static Uri ReadMetadataAddress(HttpResponseMessage refusal)
    {
        var challenge = Assert.Single(refusal.Headers.WwwAuthenticate).Parameter!;
        return new Uri(challenge.Split("resource_metadata=\"")[1].Split('"')[0]);
    }
}
