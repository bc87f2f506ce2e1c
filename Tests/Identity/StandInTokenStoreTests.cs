using AuthDemo.StandIn.Tokens;
using Microsoft.EntityFrameworkCore;
using OpenIddict.EntityFrameworkCore.Models;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AuthDemo.Tests.Identity;

public sealed class StandInTokenStoreTests
{
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
