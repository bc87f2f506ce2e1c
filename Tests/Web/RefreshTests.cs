using System.Text.Json.Nodes;

namespace AuthDemo.Tests.Web;

/// <summary>How Web renews access tokens, at an identity provider that takes each refresh token once.</summary>
public sealed class RefreshTests(RunningWeb web) : IClassFixture<RunningWeb>
{
    private const string Refresh = "token refresh_token";

    private FakeIssuer Provider { get; } = web.Provider = new();
    private int Refreshes => Provider.Count(Refresh);

    [Fact]
    public async Task Token_is_renewed_shortly_before_it_expires_with_the_latest_refresh_token_and_the_latest_keys()
    {
        var browser = await LogInAsync();
        Advance(265);
        Assert.Equal(("alice", 0), (await browser.NameAsync(), Refreshes));

        Provider.ChangeKey();
        Provider.Person["roles"] = new JsonArray("user", "admin");
        Advance(10);
        await browser.NameAsync();
        await Wait.UntilAsync("the new token is stored", async () => (await browser.GetStringAsync("/session")).Contains("\"admin\""));
        Assert.Equal(1, Refreshes);

        Advance(301);
        Assert.Equal(("alice", 2), (await browser.NameAsync(), Refreshes));
    }

    [Fact]
    public async Task Answer_may_narrow_the_scope_and_leave_out_how_long_the_token_lives()
    {
        Provider.Tokens["scope"] = "openid profile visitors:read";
        var browser = await ExpiredSessionAsync();
        browser.DefaultRequestHeaders.Accept.Add(new("application/json"));
        const string answer = """{"access_token":"access-1","token_type":"Bearer","scope":"openid"}""";
        Provider.Instead[Refresh] = () => FakeIssuer.Json(HttpStatusCode.OK, answer);
        Assert.Equal("alice", await browser.NameAsync());

        Advance(1000);
        Assert.Equal(("alice", 1), (await browser.NameAsync(), Refreshes));
        var run = await browser.SendFormAsync("/", "/lab/run/visitors-with-scope");
        Assert.Equal("Scope", (await run.AssertProblemAsync(409, "not_ready")).GetProperty("need").GetString());
    }

    [Fact]
    public async Task Requests_with_an_expired_token_share_one_refresh()
    {
        var browser = await ExpiredSessionAsync();
        var answer = new TaskCompletionSource();
        Provider.Hanging[Refresh] = answer.Task;
        var names = Enumerable.Range(0, 10).Select(_ => browser.NameAsync()).ToArray();
        await Wait.UntilAsync("the refresh is sent", () => Task.FromResult(Refreshes == 1));
        answer.SetResult();
        Assert.All(await Task.WhenAll(names), name => Assert.Equal("alice", name));
        Assert.Equal(1, Refreshes);
    }

    [Theory]
    [InlineData(503, "down for maintenance")]
    [InlineData(401, """{"error":"invalid_client"}""")]
    [InlineData(200, "<html>not a token</html>")]
    [InlineData(200, "{}")]
    [InlineData(200, """{"access_token":"","token_type":"Bearer","refresh_token":"refresh-9"}""")]
    [InlineData(200, """{"access_token":"access-9","refresh_token":"refresh-9"}""")]
    [InlineData(200, """{"access_token":"access-9","token_type":"mac","refresh_token":"refresh-9"}""")]
    [InlineData(0, "connection refused")]
    public async Task Outage_logs_nobody_out_and_after_a_pause_the_refresh_is_sent_again(int status, string body)
    {
        var browser = await ExpiredSessionAsync();
        Provider.Instead[Refresh] = () => status == 0
            ? throw new HttpRequestException(HttpRequestError.ConnectionError, body)
            : FakeIssuer.Json((HttpStatusCode)status, body);
        for (var request = 0; request < 5; request++) Assert.Equal("alice", await browser.NameAsync());
        Assert.Equal(1, Refreshes);

        Provider.Instead.Clear();
        Advance(6);
        Assert.Equal("alice", await browser.NameAsync());
        Advance(301);
        Assert.Equal(("alice", 3), (await browser.NameAsync(), Refreshes));
    }

    [Fact]
    public async Task Session_whose_token_is_good_goes_on_at_once_while_the_identity_provider_hangs()
    {
        Provider.ExpiresIn = 20; // due, and good
        var browser = await LogInAsync();
        var hang = new TaskCompletionSource();
        Provider.Hanging[Refresh] = hang.Task;
        for (var request = 0; request < 10; request++) Assert.Equal("alice", await browser.NameAsync());
        await Wait.UntilAsync("the refresh is sent", () => Task.FromResult(Refreshes == 1));

        Provider.ExpiresIn = 300;
        hang.SetResult();
        for (var request = 0; request < 10; request++) Assert.Equal("alice", await browser.NameAsync());
        Assert.Equal(1, Refreshes);
    }

    [Fact]
    public async Task Open_pages_static_files_and_the_logout_never_wait_for_a_hanging_identity_provider()
    {
        var browser = await ExpiredSessionAsync();
        Provider.Hanging[Refresh] = Provider.Hanging["openid-configuration"] = new TaskCompletionSource().Task;
        foreach (var path in new[] { "/", "/learn", "/lab/badge", "/app.css" }) await browser.AssertStatusAsync(path, 200);
        await browser.AssertStatusAsync("/nowhere", 404);
        var logout = await browser.SendFormAsync("/", "/logout");
        Assert.Matches("^/login/failed\\?reason=logged_out_here_only&trace=[0-9a-f]{32}$", logout.Target());
        var spans = await web.Recording.SpansOfAsync(ActivityTraceId.CreateFromString(logout.Target().AsSpan()[^32..]));
        Assert.Contains(spans, s => (s.DisplayName, s.GetTagItem("auth.outcome")) is ("logout of alice: logged_out_here_only", "failed"));
        Assert.Equal((0, "nobody"), (Refreshes, await browser.NameAsync()));
    }

    [Theory]
    [InlineData("sub", "\"the id of admin\"")]
    [InlineData("sub", "null")]
    [InlineData("aud", """["web","other"]""")]
    public async Task Refresh_that_names_somebody_else_ends_the_session(string claim, string value)
    {
        var subject = Guid.NewGuid().ToString();
        Provider.Person["sub"] = subject;
        var browser = await ExpiredSessionAsync();
        Provider.IdToken[claim] = JsonNode.Parse(value);
        Assert.Equal("nobody", await browser.NameAsync());
        var log = Assert.Single(web.Recording.Logs, log => log.Message.Contains("in doubt") && subject.Equals(log.Fields["Subject"]));
        Assert.Equal(LogLevel.Warning, log.Level);
    }

    [Theory]
    [InlineData(400, """{"error":"invalid_grant"}""", 401, "no_credentials", "nobody")]
    [InlineData(500, "{}", 503, "identity_provider_unavailable", "alice")]
    public async Task Forced_refresh_leads_to_a_login_where_the_session_has_ended_and_logs_nobody_out_in_an_outage(
        int status, string body, int answered, string reason, string name)
    {
        Provider.Instead[Refresh] = () => FakeIssuer.Json((HttpStatusCode)status, body);
        var browser = await LogInAsync();
        if (status == 400)
        {
            var run = await browser.SendFormAsync("/lab/new-token", "/lab/run/new-token");
            Assert.Equal("/login?returnUrl=%2Flab%2Fnew-token", run.Target());
            await browser.LogInAsync();
        }

        browser.DefaultRequestHeaders.Add("Accept", "application/json");
        await (await browser.SendFormAsync("/lab/new-token", "/lab/run/new-token")).AssertProblemAsync(answered, reason);
        Assert.Equal(name, await browser.NameAsync());
    }

    private void Advance(int seconds) => web.Clock.Stopped += TimeSpan.FromSeconds(seconds);

    private Task<HttpClient> LogInAsync()
    {
        web.Clock.Stopped = DateTimeOffset.UtcNow;
        return web.LogInAsync();
    }

    private async Task<HttpClient> ExpiredSessionAsync()
    {
        var browser = await LogInAsync();
        Advance(301);
        return browser;
    }
}
