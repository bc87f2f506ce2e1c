using AuthDemo.Web.Storage;

namespace AuthDemo.Tests.Storage;

/// <summary>What Web's stores do, wherever they keep it.</summary>
public abstract class StoreContract
{
    protected static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Fact]
    public async Task Value_is_found_and_changed_under_its_key_and_what_was_removed_stays_so()
    {
        var (here, there) = Open(StorageSetup.Sessions);
        await here.SetAsync("key", [1], Hour);
        await here.SetAsync("other", [2], Hour);
        Assert.Equal([1], await there.FindAsync("key"));
        Assert.Null(await there.FindAsync("ke"));
        await there.ReplaceAsync("key", [3]);
        Assert.Equal([3], await here.FindAsync("key"));

        await there.RemoveAsync("key");
        await here.ReplaceAsync("key", [4]);

        Assert.Null(await there.FindAsync("key"));
        Assert.Null(await here.LockAsync("key", CancellationToken.None));
        Assert.Equal([2], await there.FindAsync("other"));
    }

    [Fact]
    public async Task Value_is_added_once()
    {
        var (here, there) = Open(StorageSetup.Sessions);
        var added = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => (i % 2 == 0 ? here : there).AddAsync("code", [], Hour)));
        Assert.Single(added, was => was);
    }

    [Fact]
    public async Task Lock_is_held_by_one_at_a_time_and_outlives_the_value_that_it_was_taken_for()
    {
        var (here, there) = Open(StorageSetup.Sessions);
        await here.SetAsync("locked", [1], Hour);
        var (inside, most, turns) = (0, 0, 0);

        await Task.WhenAll(Enumerable.Range(0, 20).Select(async i =>
        {
            await using var held = await (i % 2 == 0 ? here : there).LockAsync("locked", TestContext.Current.CancellationToken);
            most = Math.Max(most, Interlocked.Increment(ref inside));
            await here.SetAsync("locked", [2], Hour);
            await Task.Delay(10);
            Interlocked.Decrement(ref inside);
            Interlocked.Increment(ref turns);
        }));

        Assert.Equal((1, 20), (most, turns));
    }

    [Fact]
    public async Task Full_store_of_notebooks_drops_the_oldest_and_no_session()
    {
        var (here, there) = Open(StorageSetup.Notebooks);
        var sessions = Open(StorageSetup.Sessions);
        for (var i = 0; i < 10; i++) await sessions.Here.SetAsync($"session {i}", [1], Hour);

        for (var i = 0; i < 510; i++) await (i % 2 == 0 ? here : there).SetAsync($"{i}", [1], Hour);
        await here.SetAsync("10", [2], Hour);
        await here.SetAsync("510", [1], Hour);

        var found = await Task.WhenAll(Enumerable.Range(0, 511).Select(i => there.FindAsync($"{i}")));
        Assert.InRange(found.Count(value => value is not null), 400, 500);
        Assert.All(found[..10].Append(found[11]), Assert.Null);
        Assert.Equal([2], found[10]);
        Assert.NotNull(found[510]);
        for (var i = 0; i < 10; i++) Assert.NotNull(await sessions.There.FindAsync($"session {i}"));
    }

    private protected abstract (IKeyValueStore Here, IKeyValueStore There) Open(string name);
}
