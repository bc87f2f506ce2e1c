using System.Text;
using AuthDemo.Api.Building;
using AuthDemo.Web.Storage;
using StackExchange.Redis;

namespace AuthDemo.Tests.Storage;

[Trait("Needs", "Processes")]
public sealed class RedisStoreTests(TwoWebs webs) : StoreContract, IClassFixture<TwoWebs>, IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await webs.StartAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Redis_holds_no_readable_value_ends_it_in_time_and_one_put_in_anothers_place_or_made_up_counts_as_none()
    {
        var (here, there) = Open(StorageSetup.Sessions);
        await here.SetAsync("secret", "a refresh token"u8.ToArray(), Hour);
        await here.ReplaceAsync("secret", "another refresh token"u8.ToArray());

        var database = webs.First.Services.GetRequiredService<IConnectionMultiplexer>().GetDatabase();
        var kept = await database.StringGetWithExpiryAsync("authdemo:sessions:secret");
        Assert.DoesNotContain("refresh", Encoding.Latin1.GetString((byte[])kept.Value!));
        Assert.InRange(kept.Expiry!.Value, Hour - TimeSpan.FromMinutes(5), Hour);

        await database.StringSetAsync("authdemo:sessions:mine", kept.Value);
        await database.StringSetAsync("authdemo:sessions:garbage", "garbage");
        Assert.Null(await here.FindAsync("mine"));
        Assert.Null(await here.FindAsync("garbage"));
        Assert.Equal("another refresh token"u8.ToArray(), await there.FindAsync("secret"));
    }

    [Fact]
    public async Task One_of_all_parallel_deletions_deletes()
    {
        using var one = await ConnectionMultiplexer.ConnectAsync(webs.Redis.ConnectionString);
        using var two = await ConnectionMultiplexer.ConnectAsync(webs.Redis.ConnectionString);
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

    private protected override (IKeyValueStore Here, IKeyValueStore There) Open(string name) =>
        (webs.First.Services.GetRequiredKeyedService<IKeyValueStore>(name),
            webs.Second.Services.GetRequiredKeyedService<IKeyValueStore>(name));
}
