using Microsoft.EntityFrameworkCore;
using OpenIddict.EntityFrameworkCore.Models;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AuthDemo.StandIn.Tokens;

/// <summary>The in-memory database of OpenIddict's clients, authorizations and tokens.</summary>
internal sealed class TokenStore(DbContextOptions<TokenStore> options, TimeProvider clock) : DbContext(options)
{
    /// <summary>The limit for pushed requests, which are created before a login.</summary>
    private const int MaxRequests = 1000;

    /// <summary>Enough for the tokens of all sessions.</summary>
    private const int MaxTokens = 5000;

    /// <summary>
    /// Removes expired tokens, and the oldest if there are too many. OpenIddict's <c>PruneAsync</c> has no limit, and removes redeemed
    /// tokens whose reuse has to be detected (RFC 9700, section 4.14.2).
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
