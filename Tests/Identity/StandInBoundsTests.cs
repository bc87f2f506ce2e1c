using AuthDemo.StandIn.Realms;
using AuthDemo.StandIn.Sessions;
using AuthDemo.StandIn.Tokens;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using OpenIddict.EntityFrameworkCore.Models;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AuthDemo.Tests.Identity;

/// <summary>The stand-in keeps a bounded number of everything: the oldest makes room. See StandIn/README.md.</summary>
public sealed class StandInBoundsTests
{
    private static readonly Realm AuthDemo =
        RealmFile.ReadAll(Repository.PathOf("AppHost/Realms")).Single(realm => realm.Name == "authdemo");

    [Fact]
    public void Session_that_is_unused_for_the_longest_time_makes_room()
    {
        var sessions = new RealmSessions(AuthDemo, TimeProvider.System);
        Session[] all = [.. Enumerable.Range(0, 1001).Select(_ => sessions.Start(new DefaultHttpContext(), AuthDemo.People.First()))];

        Assert.Equal(1000, all.Count(session => sessions.Find(session.Id) is not null));
        Assert.Null(sessions.Find(all[0].Id));
    }

    [Fact]
    public void Oldest_of_too_many_login_pages_can_no_longer_be_answered()
    {
        var logins = new PendingLogins(TimeProvider.System);
        var browser = new string('b', 64);
        PendingLogin[] all = [.. Enumerable.Range(0, 1001).Select(_ => logins.Add(
            Request(), new("web", "", null), session: null, AuthDemo.Levels.Password, needsPassword: true, needsCode: false))];

        Assert.Equal(1000, all.Count(login => logins.Find(Request(login).Request) is not null));
        Assert.Null(logins.Find(Request(all[0]).Request));

        HttpContext Request(PendingLogin? login = null)
        {
            var context = new DefaultHttpContext();
            context.Request.Headers.Cookie = $"STAND_IN_LOGIN={browser}";
            context.Request.QueryString = new($"?{PendingLogins.IdParameter}={login?.Id}");
            return context;
        }
    }

    [Fact]
    public async Task Pushed_requests_do_not_push_refresh_tokens_out()
    {
        var options = new DbContextOptionsBuilder<TokenStore>().UseInMemoryDatabase($"{Guid.NewGuid()}").UseOpenIddict().Options;
        await using var store = new TokenStore(options, TimeProvider.System);
        var now = DateTime.UtcNow;
        store.Add(Token("refresh", TokenTypeIdentifiers.RefreshToken, now.AddMinutes(-1)));
        for (var i = 0; i < 6000; i++) store.Add(Token($"{i}", TokenTypeIdentifiers.Private.RequestToken, now.AddMilliseconds(i)));
        await store.SaveChangesAsync(TestContext.Current.CancellationToken);

        await store.RemoveExpiredAsync();

        var left = await store.Set<OpenIddictEntityFrameworkCoreToken>().Select(token => token.Id!)
            .ToListAsync(TestContext.Current.CancellationToken);
        Assert.Equal(Enumerable.Range(5000, 1000).Select(i => $"{i}").Append("refresh").Order(), left.Order());

        static OpenIddictEntityFrameworkCoreToken Token(string id, string type, DateTime created) =>
            new() { Id = id, Type = type, CreationDate = created, ExpirationDate = created.AddHours(1) };
    }
}
