namespace AuthDemo.Tests.Web;

/// <summary>Names, sizes, encodings and rates, and what is different in production.</summary>
public sealed class HttpTests(RunningWeb web) : IClassFixture<RunningWeb>
{
    [Theory]
    [InlineData("127.0.0.1:5180", 307)]
    [InlineData("[::1]:5180", 307)]
    [InlineData("LOCALHOST:5180", 307)]
    [InlineData("evil.example", 400)]
    [InlineData("localhost:0", 400)]
    [InlineData("localhost:99999", 400)]
    public async Task Another_name_of_this_machine_moves_to_the_registered_one_and_a_host_that_is_none_is_400(string host, int status)
    {
        foreach (var path in new[] { "/", "/login?returnUrl=/me", "/caf%C3%A9?a=b" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.TryAddWithoutValidation("Host", host);
            using var response = await web.Browser().SendAsync(request, TestContext.Current.CancellationToken);
            var target = status == 307 ? $"http://localhost:5180{path}" : null;
            Assert.Equal((status, target), ((int)response.StatusCode, response.Target()));
        }
    }

    [Fact]
    public async Task Form_that_is_too_large_is_refused_as_such()
    {
        using var kestrel = new RunningWeb();
        kestrel.UseKestrel(0);
        kestrel.StartServer();
        foreach (var path in new[] { "/logout", "/lab/run/badge", "/login", "/signin-oidc" })
        {
            using var body = new FormUrlEncodedContent([new("a", new string('x', 200_000))]);
            using var response = await kestrel.CreateDefaultClient().PostAsync(path, body, TestContext.Current.CancellationToken);
            Assert.Equal((path, HttpStatusCode.RequestEntityTooLarge), (path, response.StatusCode));
            Assert.Contains("This form is too large", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }
    }

    [Theory]
    [InlineData("/logout")]
    [InlineData("/signin-oidc")]
    public async Task Form_in_another_encoding_is_415(string path)
    {
        using var form = new FormUrlEncodedContent([new("a", "b")]);
        form.Headers.ContentType = new("application/x-www-form-urlencoded", "utf-7");
        using var response = await web.Browser().PostAsync(path, form, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
        Assert.DoesNotContain(web.Recording.Logs, log => log.Level >= LogLevel.Error);
    }

    [Theory]
    [InlineData("RateLimits:LoginsPerMinute", "/login")]
    [InlineData("RateLimits:LabRunsPerMinute", "/lab/run/lobby")]
    public async Task Caller_who_asks_too_often_is_told_when_to_come_back_and_an_image_or_a_form_that_is_not_accepted_does_not_count(
        string setting, string action)
    {
        using var limited = RunningWeb.With(Environments.Development, (setting, "5"));
        var browser = limited.Browser();
        for (var request = 0; request < 10; request++)
        {
            Assert.Equal(HttpStatusCode.BadRequest, (await browser.PostAsync(action, new FormUrlEncodedContent([]))).StatusCode);
            await browser.SendAsync(new(HttpMethod.Get, "/login") { Headers = { { "Sec-Fetch-Site", "cross-site" } } });
        }

        for (var request = 0; request < 5; request++)
            Assert.Equal(HttpStatusCode.Redirect, (await browser.SendFormAsync("/", action)).StatusCode);

        using var refused = await browser.SendFormAsync("/", action);

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        Assert.Contains("Too many requests", await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/", TestContext.Current.CancellationToken)).StatusCode);
    }

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
