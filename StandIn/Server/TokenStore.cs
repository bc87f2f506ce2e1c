using Microsoft.EntityFrameworkCore;
using OpenIddict.EntityFrameworkCore.Models;

namespace AuthDemo.StandIn.Server;

/// <summary>OpenIddict's clients, authorizations and tokens, in memory.</summary>
internal sealed class TokenStore(DbContextOptions<TokenStore> options, TimeProvider clock) : DbContext(options)
{
    /// <summary>
    /// Enough for the tokens of every session that a realm keeps. Beyond, the oldest go, and what they were good for with them.
    /// </summary>
    private const int Capacity = 5000;

    /// <summary>
    /// Removes tokens that have expired, and the oldest of too many. OpenIddict's own <c>PruneAsync</c> has no bound, and forgets redeemed
    /// tokens that have to be recognized while their family lives (RFC 9700, section 4.14.2).
    /// </summary>
    public async Task RemoveExpiredAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var tokens = Set<OpenIddictEntityFrameworkCoreToken>();
        tokens.RemoveRange(await tokens.Where(token => token.ExpirationDate < now).ToListAsync(cancellationToken));
        await SaveChangesAsync(cancellationToken);
        tokens.RemoveRange(await tokens.OrderByDescending(token => token.CreationDate).Skip(Capacity).ToListAsync(cancellationToken));
        await SaveChangesAsync(cancellationToken);

        var authorizations = Set<OpenIddictEntityFrameworkCoreAuthorization>();
        var unused = authorizations.Where(authorization => authorization.Tokens.Count == 0);
        authorizations.RemoveRange(await unused.ToListAsync(cancellationToken));
        await SaveChangesAsync(cancellationToken);
    }
}
