using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Hosting;

namespace AuthDemo.Tests.Web;

/// <summary>What is different where Web is deployed.</summary>
public sealed class ProductionTests
{
    private static readonly (string, string)[] Deployed =
    [
        ("Authentication:Schemes:OpenIdConnect:Authority", "https://localhost:8080/realms/authdemo"),
        ("Authentication:Schemes:OpenIdConnect:ClientSecret", "secret"),
        ("AllowedHosts", "web.example"),
    ];

    [Fact]
    public async Task Cookies_are_bound_to_the_host_so_that_no_browser_takes_them_where_a_proxy_was_forgotten()
    {
        using var web = new WebWithProvider(Environments.Production, Deployed);
        foreach (var address in new[] { "https://web.example", "http://web.example" })
        {
            var browser = web.Browser(address);
            using var page = await browser.GetAsync("/", TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, page.StatusCode);
            var cookies = page.Headers.GetValues("Set-Cookie").ToArray();
            Assert.NotEmpty(cookies);
            Assert.All(cookies, cookie => Assert.Matches("^__Host-[^;]*; path=/;.* httponly", cookie));
            Assert.All(cookies, cookie => Assert.Equal(address.StartsWith("https"), cookie.Contains("; secure")));
        }
    }

    [Fact]
    public async Task Browsers_are_told_to_stay_with_https_for_a_year()
    {
        using var web = new WebWithProvider(Environments.Production, Deployed);
        using var page = await web.Browser("https://web.example").GetAsync("/", TestContext.Current.CancellationToken);
        Assert.Equal("max-age=31536000", Assert.Single(page.Headers.GetValues("Strict-Transport-Security")));
    }

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("https://localhost")]
    public async Task No_other_name_is_answered(string address)
    {
        using var web = new WebWithProvider(Environments.Production, Deployed);
        using var page = await web.Browser(address).GetAsync("/me", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, page.StatusCode);
    }

    [Fact]
    public async Task Behind_a_proxy_that_ends_https_login_and_the_labs_own_calls_work()
    {
        using var web = new WebWithProvider(
            Environments.Production,
            [.. Deployed, ("ForwardedHeaders:TrustedProxies:0", "127.0.0.1"), ("ForwardedHeaders:TrustedProxies:1", "::1")]);
        const string issuer = "https://localhost:8080/realms/authdemo";
        foreach (var name in new[] { "issuer", "jwks_uri", "authorization_endpoint", "token_endpoint", "end_session_endpoint" })
            web.Provider.Discovery[name] = web.Provider.Discovery[name]!.GetValue<string>().Replace(FakeIssuer.Issuer, issuer);
        web.Provider.IdToken["iss"] = issuer;
        web.UseKestrel(0);
        web.StartServer();
        using var browser = new HttpClient(new Proxy()) { BaseAddress = new Uri($"http://localhost:{web.ClientOptions.BaseAddress.Port}") };

        using var begun = await browser.GetAsync("/login?returnUrl=/me", TestContext.Current.CancellationToken);
        var asked = QueryHelpers.ParseQuery(begun.Headers.Location!.Query);
        Assert.Equal("https://web.example/signin-oidc", asked["redirect_uri"]);
        using var login = await browser.GetAsync(
            QueryHelpers.AddQueryString("/signin-oidc", new Dictionary<string, string?>
            {
                ["code"] = asked["nonce"],
                ["state"] = asked["state"],
                ["iss"] = issuer,
            }),
            TestContext.Current.CancellationToken);
        Assert.Equal("/me", login.Headers.Location?.OriginalString);
        Assert.Equal("alice", await browser.NameAsync());

        browser.DefaultRequestHeaders.Add("Accept", "application/json");
        foreach (var scenario in new[] { "script-asks-page", "script-asks-data" })
        {
            using var run = await browser.SendFormAsync($"/lab/{scenario}", $"/lab/run/{scenario}");
            using var result = JsonDocument.Parse(await run.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
            Assert.Equal(200, result.RootElement.GetProperty("status").GetInt32());
        }
    }

    /// <summary>A browser at https://web.example, with a proxy between it and Web.</summary>
    private sealed class Proxy() : DelegatingHandler(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false })
    {
        private readonly Dictionary<string, string> cookies = [];

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Headers.Host = "web.example";
            if (request.Headers.Referrer is { } page) request.Headers.Referrer = new Uri("https://web.example" + page.PathAndQuery);
            request.Headers.Add("X-Forwarded-Proto", "https");
            request.Headers.Add("X-Forwarded-For", "192.0.2.1");
            request.Headers.TryAddWithoutValidation("Cookie", string.Join("; ", cookies.Select(cookie => $"{cookie.Key}={cookie.Value}")));
            var response = await base.SendAsync(request, cancellationToken);
            foreach (var cookie in response.Headers.TryGetValues("Set-Cookie", out var set) ? set : [])
            {
                Assert.Contains("; secure", cookie);
                var pair = cookie.Split(';')[0].Split('=', 2);
                cookies[pair[0]] = pair[1];
            }

            return response;
        }
    }
}
