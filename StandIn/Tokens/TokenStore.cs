using Microsoft.EntityFrameworkCore;
using OpenIddict.EntityFrameworkCore.Models;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AuthDemo.StandIn.Tokens;

/// <summary>OpenIddict's clients, authorizations and tokens, in memory.</summary>
internal sealed class TokenStore(DbContextOptions<TokenStore> options, TimeProvider clock) : DbContext(options)
{
    /// <summary>Pushed requests, which anybody's visit to a login page makes.</summary>
    private const int MaxRequests = 1000;

    /// <summary>Enough for the tokens of every session that a realm keeps.</summary>
    private const int MaxTokens = 5000;

    /// <summary>
    /// Removes tokens that have expired, and the oldest of too many: they stop working. OpenIddict's own <c>PruneAsync</c> has no bound,
    /// and forgets redeemed tokens that have to be recognized while their family lives (RFC 9700, section 4.14.2).
    /// </summary>
    public async Task RemoveExpiredAsync()
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var tokens = await Set<OpenIddictEntityFrameworkCoreToken>().ToListAsync();
        var kept = tokens.Where(token => token.ExpirationDate >= now).OrderByDescending(token => token.CreationDate)
            .GroupBy(token => token.Type == TokenTypeIdentifiers.Private.RequestToken)
            .SelectMany(kind => kind.Take(kind.Key ? MaxRequests : MaxTokens));
        RemoveRange(tokens.Except(kept));
        await SaveChangesAsync();

        var authorizations = Set<OpenIddictEntityFrameworkCoreAuthorization>().Where(authorization => authorization.Tokens.Count == 0);
        RemoveRange(await authorizations.ToListAsync());
        await SaveChangesAsync();
    }
}
