using AuthDemo.StandIn.Realms;
using AuthDemo.StandIn.Sessions;
using AuthDemo.StandIn.Tokens;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;
using OpenIddict.EntityFrameworkCore.Models;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AuthDemo.Tests.Identity;

/// <summary>What the stand-in keeps is bounded: the oldest makes room.</summary>
public sealed class StandInBoundTests
{
    [Theory]
    [InlineData(999, true)]
    [InlineData(1000, false)]
    public void Realm_keeps_1000_sessions_and_1000_login_pages(int later, bool isKept)
    {
        var (realm, clock) = (RealmFile.ReadAll(Repository.PathOf("AppHost/Realms"))[0], new FakeTimeProvider());
        var (sessions, logins) = (new RealmSessions(realm, clock), new PendingLogins(clock));
        var browser = new DefaultHttpContext { Request = { Headers = { Cookie = $"STAND_IN_LOGIN={new string('a', 64)}" } } };
        var (session, login) = (Start(), Add());
        for (var i = 0; i < later; i++)
        {
            clock.Advance(TimeSpan.FromMilliseconds(1));
            Start();
            Add();
        }

        browser.Request.QueryString = new($"?{PendingLogins.IdParameter}={login.Id}");
        Assert.Equal((isKept, isKept), (sessions.Find(session.Id) is not null, logins.Find(browser.Request) is not null));
        Session Start() => sessions.Start(browser, realm.Users[0]);
        PendingLogin Add() => logins.Add(browser, new("web", "", null), null, realm.Levels.Password, needsPassword: true, needsCode: false);
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
        await store.SaveChangesAsync();
        await store.RemoveExpiredAsync();
        var left = store.Set<OpenIddictEntityFrameworkCoreToken>().Select(token => token.Id!);
        Assert.Equal(Enumerable.Range(5000, 1000).Select(i => $"{i}").Append("refresh").Order(), left.ToList().Order());

        static OpenIddictEntityFrameworkCoreToken Token(string id, string type, DateTime created) =>
            new() { Id = id, Type = type, CreationDate = created, ExpirationDate = created.AddHours(1) };
    }
}
