using System.Security.Claims;
using AuthDemo.Web.Login;
using AuthDemo.Web.Storage;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.Extensions.Time.Testing;

namespace AuthDemo.Tests.Web;

public sealed class SessionStoreTests
{
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task Session_is_found_under_its_key_and_under_no_other()
    {
        using var memory = new MemoryStore(time, capacity: 20);
        var store = new SessionStore(memory, time);
        var key = await store.StoreAsync(Ticket("alice"));
        var other = await store.StoreAsync(Ticket("bob"));

        Assert.NotEqual(key, other);
        Assert.True(key.Length >= 43, "A key of 256 bits cannot be guessed.");
        Assert.Equal("alice", (await store.RetrieveAsync(key))?.Principal.Identity?.Name);
        Assert.Equal(key, SessionStore.KeyOf((await store.RetrieveAsync(key))!.Properties));
        Assert.Null(await store.RetrieveAsync(key[..^1]));
    }

    [Fact]
    public async Task Lock_of_a_value_outlives_its_replacement()
    {
        using var memory = new MemoryStore(time, capacity: 20);
        await memory.SetAsync("key", [1], TimeSpan.FromHours(1));
        var held = await memory.LockAsync("key", TestContext.Current.CancellationToken);
        await memory.SetAsync("key", [2], TimeSpan.FromHours(1));

        var next = memory.LockAsync("key", TestContext.Current.CancellationToken);
        Assert.False(next.IsCompleted);
        await held!.DisposeAsync();
        Assert.NotNull(await next);
    }

    [Fact]
    public async Task Session_ends_when_its_time_is_over()
    {
        using var memory = new MemoryStore(time, capacity: 20);
        var store = new SessionStore(memory, time);
        var key = await store.StoreAsync(Ticket("alice", time.GetUtcNow().AddHours(1)));

        time.Advance(TimeSpan.FromMinutes(59));
        Assert.NotNull(await store.RetrieveAsync(key));
        time.Advance(TimeSpan.FromMinutes(2));
        Assert.Null(await store.RetrieveAsync(key));
    }

    [Fact]
    public async Task Change_of_one_requests_ticket_does_not_reach_another_request()
    {
        using var memory = new MemoryStore(time, capacity: 20);
        var store = new SessionStore(memory, time);
        var key = await store.StoreAsync(Ticket("alice"));

        (await store.RetrieveAsync(key))!.Properties.Items["half-done"] = "yes";

        Assert.DoesNotContain("half-done", (await store.RetrieveAsync(key))!.Properties.Items.Keys);
    }

    [Fact]
    public async Task Session_that_ended_stays_ended_when_a_late_request_renews_it()
    {
        using var memory = new MemoryStore(time, capacity: 20);
        var store = new SessionStore(memory, time);
        var key = await store.StoreAsync(Ticket("alice"));
        await store.RemoveAsync(key);

        await store.RenewAsync(key, Ticket("alice"));

        Assert.Null(await store.RetrieveAsync(key));
        Assert.Null(await store.LockAsync(key, CancellationToken.None));
    }

    [Fact]
    public async Task Full_store_lets_the_newest_login_in_and_grows_no_further()
    {
        using var memory = new MemoryStore(time, capacity: 20);
        var store = new SessionStore(memory, time);
        string key = "";
        for (var i = 0; i < 100; i++) key = await store.StoreAsync(Ticket($"visitor {i}"));

        Assert.NotNull(await store.RetrieveAsync(key));
        Assert.InRange(memory.Count, 1, 21);
    }

    [Fact]
    public async Task One_request_at_a_time_has_the_lock_of_a_session()
    {
        using var memory = new MemoryStore(time, capacity: 20);
        var store = new SessionStore(memory, time);
        var key = await store.StoreAsync(Ticket("alice"));

        var first = await store.LockAsync(key, CancellationToken.None);
        var second = store.LockAsync(key, CancellationToken.None);
        Assert.False(second.IsCompleted);

        await first!.DisposeAsync();
        await (await second)!.DisposeAsync();
    }

    private static AuthenticationTicket Ticket(string name, DateTimeOffset? expires = null) => new(
        new ClaimsPrincipal(new ClaimsIdentity([new Claim("preferred_username", name)], "test", "preferred_username", "roles")),
        new AuthenticationProperties { ExpiresUtc = expires },
        CookieAuthenticationDefaults.AuthenticationScheme);
}
