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
    public async Task RemoveExpiredAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var tokens = Set<OpenIddictEntityFrameworkCoreToken>();
        tokens.RemoveRange(await tokens.Where(token => token.ExpirationDate < now).ToListAsync(cancellationToken));
        await SaveChangesAsync(cancellationToken);
        await RemoveOldestAsync(tokens.Where(token => token.Type == TokenTypeIdentifiers.Private.RequestToken), MaxRequests);
        await RemoveOldestAsync(tokens.Where(token => token.Type != TokenTypeIdentifiers.Private.RequestToken), MaxTokens);

        var authorizations = Set<OpenIddictEntityFrameworkCoreAuthorization>();
        var unused = authorizations.Where(authorization => authorization.Tokens.Count == 0);
        authorizations.RemoveRange(await unused.ToListAsync(cancellationToken));
        await SaveChangesAsync(cancellationToken);

        async Task RemoveOldestAsync(IQueryable<OpenIddictEntityFrameworkCoreToken> kind, int max)
        {
            tokens.RemoveRange(await kind.OrderByDescending(token => token.CreationDate).Skip(max).ToListAsync(cancellationToken));
            await SaveChangesAsync(cancellationToken);
        }
    }
}
