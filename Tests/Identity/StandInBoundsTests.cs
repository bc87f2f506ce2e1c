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

        Assert.Equal(all[1..], all.Where(session => sessions.Find(session.Id) is not null));
    }

    [Fact]
    public void Oldest_of_too_many_login_pages_can_no_longer_be_answered()
    {
        var logins = new PendingLogins(TimeProvider.System);
        var context = new DefaultHttpContext();
        context.Request.Headers.Cookie = $"STAND_IN_LOGIN={new string('b', 64)}";
        PendingLogin[] all = [.. Enumerable.Range(0, 1001).Select(_ => logins.Add(
            context, new("web", "", null), session: null, AuthDemo.Levels.Password, needsPassword: true, needsCode: false))];

        Assert.Equal(all[1..], all.Where(login =>
        {
            context.Request.QueryString = new($"?{PendingLogins.IdParameter}={login.Id}");
            return logins.Find(context.Request) is not null;
        }));
    }

    [Fact]
    public async Task Pushed_requests_do_not_push_refresh_tokens_out()
    {
        var options = new DbContextOptionsBuilder<TokenStore>().UseInMemoryDatabase($"{Guid.NewGuid()}").UseOpenIddict().Options;
        await using var store = new TokenStore(options, TimeProvider.System);
        var now = DateTime.UtcNow;
        store.Add(Token("expired", TokenTypeIdentifiers.RefreshToken, now.AddHours(-2)));
        store.Add(Token("refresh", TokenTypeIdentifiers.RefreshToken, now.AddMinutes(-1)));
        store.AddRange(Enumerable.Range(0, 6000).Select(i =>
            Token($"{i}", TokenTypeIdentifiers.Private.RequestToken, now.AddMilliseconds(i))));
        await store.SaveChangesAsync(TestContext.Current.CancellationToken);

        await store.RemoveExpiredAsync();

        var left = store.Set<OpenIddictEntityFrameworkCoreToken>().Select(token => token.Id!);
        Assert.Equal(Enumerable.Range(5000, 1000).Select(i => $"{i}").Append("refresh").Order(), left.ToList().Order());

        static OpenIddictEntityFrameworkCoreToken Token(string id, string type, DateTime created) =>
            new() { Id = id, Type = type, CreationDate = created, ExpirationDate = created.AddHours(1) };
    }
}
