using System.Diagnostics;
using System.Globalization;
using System.Net;
using StackExchange.Redis;

namespace AuthDemo.Tests.Storage;

/// <summary>Two processes of Web with one real Redis. They run one after the other, since some of them stop what the others need.</summary>
[Trait("Needs", "Processes")]
public sealed class SharedSessionTests(SharedWebs webs) : IClassFixture<SharedWebs>
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Session_and_open_forms_survive_kill_9_of_Web()
    {
        await webs.StartAsync();
        using var alice = await webs.LogInAsync("alice");
        var form = await alice.ReadFormTokenAsync(webs.First.Address);

        webs.First.Kill();
        await webs.First.StartAsync();

        Assert.Equal("alice", await alice.WhoAsync(webs.First.Address));
        using var logout = await alice.SendFormAsync(webs.First.Address, "/logout", form);
        Assert.Equal(HttpStatusCode.Redirect, logout.StatusCode);
        Assert.Equal("401", await alice.WhoAsync(webs.First.Address));
    }

    [Fact]
    public async Task Two_processes_share_sessions_and_a_logout_on_one_is_a_logout_on_both()
    {
        await webs.StartAsync();
        using var alice = await webs.LogInAsync("alice");
        using var bob = await webs.LogInAsync("bob");
        Assert.Equal("alice", await alice.WhoAsync(webs.Second.Address));
        Assert.Equal("bob", await bob.WhoAsync(webs.Second.Address));

        Assert.Equal("alice", await alice.WhoHasCopyAsync(webs.First.Address));
        using var logout = await alice.SendFormAsync(
            webs.Second.Address, "/logout", await alice.ReadFormTokenAsync(webs.First.Address));
        Assert.Equal(HttpStatusCode.Redirect, logout.StatusCode);

        foreach (var web in new[] { webs.First, webs.Second })
        {
            Assert.Equal("401", await alice.WhoHasCopyAsync(web.Address));
            Assert.Equal("bob", await bob.WhoAsync(web.Address));
        }
    }

    [Fact]
    public async Task Notebook_of_a_browser_is_read_at_both_processes_and_survives_them()
    {
        await webs.StartAsync();
        using var nobody = new BrowserOfBoth();
        var form = await nobody.ReadFormTokenAsync(webs.First.Address);
        using (await nobody.SendFormAsync(webs.First.Address, "/lab/run/lobby", form)) // no API runs here, so that is what it tells
        {
            webs.First.Kill();
            await webs.First.StartAsync();
        }

        using var page = await nobody.GetAsync(webs.Second.Address, "/lab/lobby");
        Assert.Contains("It could not be sent", await page.Content.ReadAsStringAsync());
        using var again = await nobody.GetAsync(webs.First.Address, "/lab/lobby");
        Assert.DoesNotContain("It could not be sent", await again.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Parallel_requests_at_both_processes_refresh_once()
    {
        using var alice = await LogInUntilDueAsync();
        var before = webs.Refreshes;
        var watch = Stopwatch.StartNew();

        // Nobody waits for the new token, as long as the old one is good: so until it is there.
        do
        {
            var who = await Task.WhenAll(Enumerable.Range(0, 40).Select(i =>
                alice.WhoAsync((i % 2 == 0 ? webs.First : webs.Second).Address)));
            Assert.All(who, name => Assert.Equal("alice", name));
        }
        while (webs.Refreshes == before && watch.Elapsed < Deadline);

        // On a busy machine the first of them may be due again before the last is answered.
        Assert.InRange(webs.Refreshes - before, 1, 1 + (int)(watch.Elapsed / SharedWebs.FreshFor));
    }

    [Fact]
    public async Task New_token_outlives_a_restart_of_Redis_right_after_the_refresh()
    {
        using var alice = await LogInUntilDueAsync();
        var before = webs.Refreshes;
        var isDown = new TaskCompletionSource();
        webs.Refreshed = () =>
        {
            webs.Redis.Kill();
            isDown.SetResult();
        };
        await alice.WhoAsync(webs.First.Address);
        await isDown.Task.WaitAsync(Deadline, TestContext.Current.CancellationToken);
        await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        await webs.Redis.StartAsync();

        // The next refresh would end the session, if it brought the first one's token again.
        await AssertBackAsync(() => alice.WhoAsync(webs.Second.Address), "alice");
        await AssertBackAsync(async () =>
        {
            Assert.Equal("alice", await alice.WhoAsync(webs.Second.Address));
            return webs.Refreshes - before >= 2 ? "refreshed again" : "not yet";
        }, "refreshed again");
        Assert.Equal("alice", await alice.WhoAsync(webs.First.Address));
    }

    [Theory]
    [InlineData("KILL")]
    [InlineData("STOP")]
    public async Task Without_Redis_there_is_a_clear_page_in_time_and_with_it_the_session_again(string signal)
    {
        await webs.StartAsync();
        var web = webs.First.Address;
        using var alice = await webs.LogInAsync("alice");
        using var nobody = new BrowserOfBoth();
        var form = await alice.ReadFormTokenAsync(web);

        if (signal == "KILL") webs.Redis.Kill();
        else webs.Redis.Signal(signal);
        try
        {
            foreach (var path in new[] { "/", "/me", "/session" })
                await AssertGetsAsync(() => alice.GetAsync(web, path), HttpStatusCode.ServiceUnavailable, "No session is lost");
            await AssertGetsAsync(() => alice.SendFormAsync(web, "/logout", form), HttpStatusCode.ServiceUnavailable, "No session is lost");
            await AssertGetsAsync(() => nobody.GetAsync(web, "/"), HttpStatusCode.OK, "nobody");
        }
        finally
        {
            if (signal == "KILL") await webs.Redis.StartAsync();
            else webs.Redis.Signal("CONT");
        }

        await AssertBackAsync(() => alice.WhoAsync(web), "alice");
    }

    [Theory]
    [InlineData("noeviction")]
    [InlineData("volatile-ttl")]
    public async Task Full_Redis_ends_no_session_lets_people_log_out_and_with_eviction_log_in(string policy)
    {
        await webs.StartAsync();
        using var alice = await webs.LogInAsync("alice");
        using var bob = await webs.LogInAsync("bob");
        var form = await alice.ReadFormTokenAsync(webs.First.Address);
        using var redis = await ConnectionMultiplexer.ConnectAsync($"{webs.Redis.ConnectionString},allowAdmin=true");
        var (server, database) = (redis.GetServers()[0], redis.GetDatabase());
        var used = (await server.InfoAsync("memory")).Single().Single(line => line.Key == "used_memory").Value;
        await server.ConfigSetAsync("maxmemory-policy", policy);
        await server.ConfigSetAsync("maxmemory", $"{long.Parse(used, CultureInfo.InvariantCulture) + 2_000_000}");
        try
        {
            for (var i = 0; i < 60; i++)
            {
                try
                {
                    await database.StringSetAsync($"authdemo:notebooks:full{i}", new byte[100_000], TimeSpan.FromMinutes(50));
                }
                catch (RedisServerException full) when (policy == "noeviction" && full.Message.StartsWith("OOM", StringComparison.Ordinal))
                {
                    break;
                }
            }

            Assert.Equal("alice", await alice.WhoAsync(webs.First.Address));
            using var logout = await alice.SendFormAsync(webs.First.Address, "/logout", form);
            Assert.Equal(HttpStatusCode.Redirect, logout.StatusCode);
            Assert.Contains("/protocol/openid-connect/logout", logout.Headers.Location!.AbsolutePath);
            Assert.Equal("401", await alice.WhoHasCopyAsync(webs.First.Address));
            if (policy != "noeviction") (await webs.LogInAsync("alice")).Dispose();
            Assert.Equal("bob", await bob.WhoAsync(webs.First.Address));
        }
        finally
        {
            await server.ConfigSetAsync("maxmemory", "0");
            foreach (var key in server.Keys(pattern: "authdemo:notebooks:full*")) await database.KeyDeleteAsync(key);
        }
    }

    [Fact]
    public async Task Web_started_before_Redis_answers_503_until_Redis_is_there()
    {
        await webs.StartAsync();
        using var redis = new RedisServer();
        using var web = new WebProcess(webs.Authority, redis.ConnectionString);
        await web.StartAsync();
        using var nobody = new BrowserOfBoth();
        foreach (var path in new[] { "/", "/login" })
            await AssertGetsAsync(() => nobody.GetAsync(web.Address, path), HttpStatusCode.ServiceUnavailable, "does not answer");

        // Somebody with a session, or with a form, is not told that they are nobody.
        using var alice = await webs.LogInAsync("alice");
        await AssertGetsAsync(() => alice.GetAsync(web.Address, "/session"), HttpStatusCode.ServiceUnavailable, "No session is lost");
        await AssertGetsAsync(() => alice.SendFormAsync(web.Address, "/logout", "any"), HttpStatusCode.ServiceUnavailable, "No session");

        await redis.StartAsync();

        await AssertBackAsync(async () => $"{(await nobody.GetAsync(web.Address, "/")).StatusCode}", "OK");
    }

    /// <summary>Alice, whose access token the next request renews.</summary>
    private async Task<BrowserOfBoth> LogInUntilDueAsync()
    {
        await webs.StartAsync();
        var alice = await webs.LogInAsync("alice");
        await Task.Delay(SharedWebs.FreshFor, TestContext.Current.CancellationToken);
        return alice;
    }

    private static async Task AssertGetsAsync(Func<Task<HttpResponseMessage>> ask, HttpStatusCode status, string text)
    {
        using var answer = await ask();
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal(status == HttpStatusCode.ServiceUnavailable, answer.Headers.RetryAfter is not null);
        Assert.Contains(text, await answer.Content.ReadAsStringAsync());
    }

    private static async Task AssertBackAsync(Func<Task<string>> ask, string expected)
    {
        var watch = Stopwatch.StartNew();
        string answer;
        while ((answer = await ask()) != expected && watch.Elapsed < Deadline)
            await Task.Delay(100, TestContext.Current.CancellationToken);
        Assert.Equal(expected, answer);
    }
}
