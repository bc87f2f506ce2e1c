using StackExchange.Redis;

namespace AuthDemo.Tests.Storage;

/// <summary>What people notice of several Webs and of an outage of their Redis.</summary>
[Trait("Needs", "Processes")]
public sealed class SharedSessionTests(TwoWebs webs) : IClassFixture<TwoWebs>, IAsyncLifetime
{
    private readonly CookieContainer cookies = new();

    public async ValueTask InitializeAsync() => await webs.StartAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Session_form_and_notebook_outlive_the_Web_that_made_them_and_a_logout_ends_that_session_alone_everywhere()
    {
        string form;
        using (var gone = TwoWebs.NewWeb(webs.Redis))
        {
            gone.Provider = webs.Provider;
            var alice = TwoWebs.Browser(gone, cookies);
            await alice.LogInAsync();
            form = await alice.FormTokenAsync("/learn");
            await alice.SendFormWithAsync(form, "/", "/lab/run/lobby"); // no Api runs here, so that is what it tells
        }

        var (there, elsewhere) = (TwoWebs.Browser(webs.First, cookies), TwoWebs.Browser(webs.Second, cookies));
        Assert.Contains("It could not be sent", await there.GetStringAsync("/lab/lobby"));
        Assert.DoesNotContain("It could not be sent", await elsewhere.GetStringAsync("/lab/lobby"));
        using var copy = webs.Second.CreateDefaultClient();
        copy.DefaultRequestHeaders.Add("Cookie", cookies.GetCookieHeader(there.BaseAddress!));
        Assert.Equal(("alice", "alice"), (await there.NameAsync(), await copy.NameAsync()));
        var other = await webs.Second.LogInAsync();

        BrowserSteps.QuestionOf(await there.SendFormWithAsync(form, "/learn", "/logout"));
        Assert.Equal(("nobody", "alice"), (await copy.NameAsync(), await other.NameAsync()));
    }

    [Fact]
    public async Task New_token_outlives_a_restart_of_Redis_right_after_the_refresh()
    {
        webs.Provider.ExpiresIn = -1;
        var alice = await LogInAsync();
        webs.Provider.ExpiresIn = 300;
        var answer = new TaskCompletionSource();
        webs.Provider.Hanging["token refresh_token"] = answer.Task;
        webs.First.Clock.Stopped = DateTimeOffset.UtcNow; // no time passes in which Web would give up
        var name = alice.NameAsync();
        await Wait.UntilAsync("the refresh is sent", () => webs.Provider.Count("token refresh_token") == 1);
        webs.Redis.Signal("KILL");
        var waits = webs.First.Clock.Waits;
        answer.SetResult();
        await Wait.UntilAsync("the first attempt to store the new token has failed", () => webs.First.Clock.Waits > waits);
        await webs.StartRedisAsync();
        await name;

        // The next refresh would end the session, if it brought the first one's token again.
        webs.Second.Clock.Stopped = DateTimeOffset.UtcNow.AddMinutes(6);
        Assert.Equal("alice", await TwoWebs.Browser(webs.Second, cookies).NameAsync());
        Assert.Equal(2, webs.Provider.Count("token refresh_token"));
    }

    [Theory]
    [InlineData("KILL")]
    [InlineData("STOP")]
    public async Task Without_Redis_whoever_has_a_cookie_is_told_so_and_with_it_the_session_is_there_again(string signal)
    {
        var alice = await LogInAsync();
        var form = await alice.FormTokenAsync("/learn");
        webs.Redis.Signal(signal);
        foreach (var path in new[] { "/", "/me", "/session" }) await AssertOutageAsync(await alice.GetAsync(path));
        await AssertOutageAsync(await alice.SendFormWithAsync(form, "/", "/logout"));
        Assert.Contains("nobody", await webs.First.Browser().AssertStatusAsync("/", 200));
        await webs.StartRedisAsync();
        Assert.Equal("alice", await alice.NameAsync());
    }

    [Fact]
    public async Task Full_Redis_ends_no_session_lets_people_log_out_and_redeems_no_code()
    {
        var alice = await LogInAsync();
        var bob = webs.First.Browser();
        var begun = await bob.GetAsync("/login?returnUrl=/me");
        var form = await alice.FormTokenAsync("/");
        using var redis = await ConnectionMultiplexer.ConnectAsync($"{webs.Redis.ConnectionString},allowAdmin=true");
        var server = redis.GetServers().Single();
        await server.ConfigSetAsync("maxmemory", "1");
        try
        {
            Assert.Equal("alice", await alice.NameAsync());
            BrowserSteps.QuestionOf(await alice.SendFormWithAsync(form, "/", "/logout"));
            Assert.Equal("nobody", await alice.NameAsync());
            await AssertOutageAsync(await bob.FinishLoginAsync(begun));
        }
        finally
        {
            await server.ConfigSetAsync("maxmemory", "0");
        }

        Assert.Equal("/me", (await bob.FinishLoginAsync(begun)).Target());
    }

    [Fact]
    public async Task Web_started_before_Redis_answers_503_until_Redis_is_there()
    {
        using var redis = new RedisServer();
        using var web = TwoWebs.NewWeb(redis);
        var browser = web.Browser();
        foreach (var path in new[] { "/", "/login" }) await AssertOutageAsync(await browser.GetAsync(path));
        using var known = web.CreateDefaultClient();
        known.DefaultRequestHeaders.Add("Cookie", "authdemo.session=any");
        await AssertOutageAsync(await known.GetAsync("/session")); // nobody is told that they are nobody
        Assert.DoesNotContain(web.Recording.Logs, log => log.Category.Contains("ExceptionHandler"));
        await redis.StartAsync();
        await Wait.UntilAsync("Redis is used", async () => (await browser.GetAsync("/")).IsSuccessStatusCode);
    }

    private async Task<HttpClient> LogInAsync()
    {
        var alice = TwoWebs.Browser(webs.First, cookies);
        Assert.Equal("/me", (await alice.LogInAsync()).Target());
        return alice;
    }

    private static async Task AssertOutageAsync(HttpResponseMessage answer)
    {
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.NotNull(answer.Headers.RetryAfter);
        Assert.Contains("No session is lost", await answer.Content.ReadAsStringAsync());
    }
}
