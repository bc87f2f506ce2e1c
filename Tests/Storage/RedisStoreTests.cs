using System.Diagnostics;
using System.Security.Claims;
using System.Text;
using AuthDemo.Api.Building;
using AuthDemo.Tests.Api;
using AuthDemo.Web.Login;
using AuthDemo.Web.Storage;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace AuthDemo.Tests.Storage;

/// <summary>Web's and the Api's stores in a real Redis, each test with the services of two processes.</summary>
[Trait("Needs", "Processes")]
public sealed class RedisStoreTests(RedisServer redis) : IClassFixture<RedisServer>, IAsyncDisposable
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private readonly List<WebApplication> processes = [];

    [Fact]
    public async Task Thousand_sessions_of_one_process_are_read_and_ended_by_another()
    {
        var (first, second) = await StartTwoAsync();
        var (here, there) = (first.GetRequiredService<SessionStore>(), second.GetRequiredService<SessionStore>());

        var keys = await Task.WhenAll(Enumerable.Range(0, 1000).Select(i => here.StoreAsync(Ticket($"visitor {i}"))));
        var tickets = await Task.WhenAll(keys.Select(there.RetrieveAsync));
        Assert.Equal(Enumerable.Range(0, 1000).Select(i => $"visitor {i}"), tickets.Select(ticket => ticket?.Principal.Identity?.Name));

        await Task.WhenAll(keys.Select(there.RemoveAsync));
        Assert.All(await Task.WhenAll(keys.Select(here.RetrieveAsync)), Assert.Null);
    }

    [Fact]
    public async Task Redis_holds_no_readable_value_and_ends_it_in_time()
    {
        var (first, _) = await StartTwoAsync();
        var store = first.GetRequiredKeyedService<IKeyValueStore>(StorageSetup.Sessions);
        await store.SetAsync("key", "a refresh token"u8.ToArray(), Hour);
        await store.ReplaceAsync("key", "another refresh token"u8.ToArray());

        var database = first.GetRequiredService<IConnectionMultiplexer>().GetDatabase();
        Assert.DoesNotContain("refresh", Encoding.Latin1.GetString((byte[])(await database.StringGetAsync("authdemo:sessions:key"))!));
        Assert.InRange(
            (await database.KeyTimeToLiveAsync("authdemo:sessions:key"))!.Value, Hour - TimeSpan.FromMinutes(1), Hour);
    }

    [Fact]
    public async Task Full_store_of_notebooks_drops_the_oldest_and_no_session()
    {
        var (first, second) = await StartTwoAsync();
        var session = await first.GetRequiredService<SessionStore>().StoreAsync(Ticket("alice"));
        var stores = new[] { first, second }.Select(p => p.GetRequiredKeyedService<IKeyValueStore>(StorageSetup.Notebooks)).ToArray();

        for (var i = 0; i < 510; i++) await stores[i % 2].SetAsync($"{i}", [1], Hour);
        await stores[0].SetAsync("10", [2], Hour);
        await stores[0].SetAsync("510", [1], Hour);

        var found = await Task.WhenAll(Enumerable.Range(0, 511).Select(i => stores[1].FindAsync($"{i}")));
        Assert.Equal(500, found.Count(value => value is not null));
        Assert.All(found[..10].Append(found[11]), Assert.Null);
        Assert.Equal([2], found[10]);
        Assert.NotNull(await second.GetRequiredService<SessionStore>().RetrieveAsync(session));
    }

    [Fact]
    public async Task Value_put_in_anothers_place_or_made_up_counts_as_none()
    {
        var (first, second) = await StartTwoAsync();
        var store = first.GetRequiredKeyedService<IKeyValueStore>(StorageSetup.Sessions);
        await store.SetAsync("admins", [1], Hour);
        var database = first.GetRequiredService<IConnectionMultiplexer>().GetDatabase();
        await database.StringSetAsync("authdemo:sessions:mine", await database.StringGetAsync("authdemo:sessions:admins"));
        await database.StringSetAsync("authdemo:sessions:garbage", "garbage");

        Assert.Null(await store.FindAsync("mine"));
        Assert.Null(await store.FindAsync("garbage"));
        Assert.Equal([1], await second.GetRequiredKeyedService<IKeyValueStore>(StorageSetup.Sessions).FindAsync("admins"));
    }

    [Fact]
    public async Task Value_removed_by_one_process_is_not_brought_back_by_another()
    {
        var (first, second) = await StartTwoAsync();
        var (here, there) = (first.GetRequiredService<SessionStore>(), second.GetRequiredService<SessionStore>());
        var key = await here.StoreAsync(Ticket("alice"));
        var late = (await here.RetrieveAsync(key))!;

        await there.RemoveAsync(key);
        await here.RenewAsync(key, late);

        Assert.Null(await there.RetrieveAsync(key));
        Assert.Null(await here.LockAsync(key, CancellationToken.None));
    }

    [Fact]
    public async Task Lock_is_held_by_one_process_at_a_time_as_long_as_it_works()
    {
        var (first, second) = await StartTwoAsync();
        var stores = new[] { first, second }.Select(process => process.GetRequiredService<SessionStore>()).ToArray();
        var key = await stores[0].StoreAsync(Ticket("alice"));
        var (inside, most, turns) = (0, 0, 0);

        await Task.WhenAll(Enumerable.Range(0, 20).Select(async i =>
        {
            await using var held = await stores[i % 2].LockAsync(key, TestContext.Current.CancellationToken);
            most = Math.Max(most, Interlocked.Increment(ref inside));
            await Task.Delay(10);
            Interlocked.Decrement(ref inside);
            Interlocked.Increment(ref turns);
        }));

        Assert.Equal((1, 20), (most, turns));
    }

    [Fact]
    public async Task One_of_all_parallel_deletions_deletes()
    {
        await redis.StartAsync();
        using var one = await ConnectionMultiplexer.ConnectAsync(redis.ConnectionString);
        using var two = await ConnectionMultiplexer.ConnectAsync(redis.ConnectionString);
        Inventory[] inventories = [new(new RedisDeletions(one)), new(new RedisDeletions(two))];

        var deleted = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => inventories[i % 2].RemoveAsync("carol").AsTask()));
        Assert.Single(deleted, was => was);
        Assert.Equal(["dave", "erin", "frank", "grace"], (await inventories[1].FindPeopleAsync()).Select(person => person.Id));
        Assert.False(await inventories[0].RemoveAsync("nobody"));

        await inventories[0].ResetAsync();
        Assert.Equal(Seed.People, await inventories[1].FindPeopleAsync());
    }

    [Fact]
    public async Task Api_without_its_Redis_answers_503_and_logs_no_error_for_each_request()
    {
        using var api = new RunningApi("Development", configure: null, ("ConnectionStrings:building", "127.0.0.1:1"));
        foreach (var request in new[] { "GET /users", "DELETE /users/carol" })
        {
            var answer = await api.SendAsync(request, Persona.Admin);
            Assert.Equal(503, answer.Status);
            Assert.DoesNotContain(answer.Logs,
                log => log.Level >= LogLevel.Error && !log.Category.StartsWith("StackExchange.Redis", StringComparison.Ordinal));
            Assert.Equal(ActivityStatusCode.Error, (await answer.SpansAsync()).Single(span => span.Kind == ActivityKind.Server).Status);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in processes) await process.DisposeAsync();
    }

    private async Task<(IServiceProvider First, IServiceProvider Second)> StartTwoAsync()
    {
        await redis.StartAsync();
        return (await StartAsync(), await StartAsync());
    }

    private async Task<IServiceProvider> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder(
            [$"--ConnectionStrings:sessions={redis.ConnectionString}", "--urls=http://127.0.0.1:0"]);
        builder.Logging.ClearProviders();
        builder.AddStorage();
        builder.Services.AddSingleton<SessionStore>();
        processes.Add(builder.Build());
        await processes[^1].StartAsync();
        return processes[^1].Services;
    }

    private static AuthenticationTicket Ticket(string name) => new(
        new ClaimsPrincipal(new ClaimsIdentity([new Claim("preferred_username", name)], "test", "preferred_username", "roles")),
        "test");
}
