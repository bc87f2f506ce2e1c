using System.Net;
using Microsoft.AspNetCore.Hosting;

namespace AuthDemo.Tests.Web;

/// <summary>What is different where Web is deployed, or served by https.</summary>
public sealed class ProductionTests
{
    [Theory]
    [InlineData("Production", "https://web.example", "max-age=31536000")]
    [InlineData("Production", "http://web.example", null)] // no browser takes the cookies: a proxy was forgotten
    [InlineData("Development", "https://localhost", null)]
    public async Task Cookies_are_bound_to_the_host_and_browsers_told_to_stay_with_https(string environment, string address, string? hsts)
    {
        using var web = RunningWeb.With(
            environment,
            ("Authentication:Schemes:OpenIdConnect:Authority", "https://localhost:8080/realms/authdemo"),
            ("Authentication:Schemes:OpenIdConnect:ClientSecret", "secret"),
            ("AllowedHosts", new Uri(address).Host),
            (WebHostDefaults.ServerUrlsKey, address));
        var isHttps = address.StartsWith("https");
        var browser = web.Browser(address);
        using var page = await browser.GetAsync("/", TestContext.Current.CancellationToken);
        Assert.Equal((HttpStatusCode.OK, hsts),
            (page.StatusCode, page.Headers.TryGetValues("Strict-Transport-Security", out var values) ? values.Single() : null));

        var cookies = page.Headers.GetValues("Set-Cookie").ToList();
        if (isHttps) cookies.AddRange((await browser.SendFormAsync("/", "/lab/run/lobby")).Headers.GetValues("Set-Cookie"));
        Assert.Equal(isHttps ? ["__Host-authdemo.forms", "__Host-authdemo.lab"] : ["__Host-authdemo.forms"],
            cookies.Select(cookie => cookie.Split('=')[0]));
        Assert.All(cookies, cookie => Assert.Matches($"; path=/;{(isHttps ? " secure;" : "")} samesite=lax; httponly$", cookie));

        var other = web.Browser("https://evil.example");
        Assert.Equal(HttpStatusCode.BadRequest, (await other.GetAsync("/me", TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public void No_secret_stands_in_the_settings_that_production_reads() =>
        Assert.DoesNotContain("secret", File.ReadAllText(Repository.PathOf("Web/appsettings.json")), StringComparison.OrdinalIgnoreCase);
}
