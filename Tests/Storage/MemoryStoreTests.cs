using System.Security.Claims;
using AuthDemo.Web.Login;
using AuthDemo.Web.Storage;
using Microsoft.AspNetCore.Authentication;

namespace AuthDemo.Tests.Storage;

public sealed class MemoryStoreTests(RunningWeb web) : StoreContract, IClassFixture<RunningWeb>
{
    [Fact]
    public async Task Session_has_a_key_that_cannot_be_guessed_is_nobody_elses_to_change_and_ends_when_its_time_is_over()
    {
        var sessions = web.Services.GetRequiredService<SessionStore>();
        var now = DateTimeOffset.UtcNow;
        var alice = new ClaimsPrincipal(new ClaimsIdentity([new Claim("sub", "alice")], "test"));
        var key = await sessions.StoreAsync(new(alice, new AuthenticationProperties { ExpiresUtc = now.AddHours(1) }, "test"));
        var endless = await sessions.StoreAsync(new(alice, "test"));
        Assert.True(key.Length >= 43, "A key of 256 bits cannot be guessed.");

        var ticket = (await sessions.RetrieveAsync(key))!;
        ticket.Properties.Items["half-done"] = "yes";
        ticket = (await sessions.RetrieveAsync(key))!;
        Assert.DoesNotContain("half-done", ticket.Properties.Items.Keys);
        Assert.Equal(("alice", key), (ticket.Principal.FindFirstValue("sub"), SessionStore.KeyOf(ticket.Properties)));

        web.Clock.Stopped = now.AddMinutes(61);
        Assert.Null(await sessions.RetrieveAsync(key));
        Assert.NotNull(await sessions.RetrieveAsync(endless));
        web.Clock.Stopped = now.AddHours(11);
        Assert.Null(await sessions.RetrieveAsync(endless));
        web.Clock.Stopped = null;
    }

    private protected override (IKeyValueStore Here, IKeyValueStore There) Open(string name)
    {
        var store = web.Services.GetRequiredKeyedService<IKeyValueStore>(name);
        return (store, store);
    }
}
