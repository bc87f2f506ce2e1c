using System.Globalization;
using System.Security.Claims;
using AuthDemo.StandIn.Realms;
using AuthDemo.StandIn.Sessions;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AuthDemo.StandIn.Tokens;

/// <summary>What OpenIddict carries from a login to its tokens: who, in which session, since when, and the scopes.</summary>
internal static class TokenPrincipal
{
    /// <summary>The claim <c>sid</c> (OpenID Connect Front-Channel Logout, section 3).</summary>
    public const string SessionId = "sid";

    /// <summary>A principal for a person's login.</summary>
    public static ClaimsPrincipal ForSession(Session session, Level level, IEnumerable<string> scopes)
    {
        var principal = Create(session.User);
        principal.SetClaim(SessionId, session.Id);
        principal.SetClaim(Claims.AuthenticationTime, session.AuthTime.ToUnixTimeSeconds());
        principal.SetClaim(Claims.AuthenticationContextReference, level.Acr); // the same at every refresh (RFC 9068, section 2.2.1)
        // Keycloak gives every login a refresh token. OpenIddict wants to be asked for it by this scope.
        principal.SetScopes(scopes.Append(Scopes.OfflineAccess));
        return WithDestinations(principal);
    }

    /// <summary>A principal for a client that acts for itself.</summary>
    public static ClaimsPrincipal ForServiceAccount(User account, IEnumerable<string> scopes)
    {
        var principal = Create(account);
        principal.SetScopes(scopes);
        return WithDestinations(principal);
    }

    /// <summary>Who the tokens of a principal are about.</summary>
    public static Subject SubjectOf(ClaimsPrincipal principal, Realm realm)
    {
        var authTime = principal.GetClaim(Claims.AuthenticationTime);
        var acr = principal.GetClaim(Claims.AuthenticationContextReference);
        return new(
            realm.FindUser(principal.GetClaim(Claims.Subject))!,
            authTime is null ? null : long.Parse(authTime, CultureInfo.InvariantCulture),
            realm.Levels.All.FirstOrDefault(level => level.Acr == acr));
    }

    private static ClaimsPrincipal Create(User user)
    {
        var identity = new ClaimsIdentity("AuthDemo.StandIn");
        identity.SetClaim(Claims.Subject, user.Id);
        return new ClaimsPrincipal(identity);
    }

    /// <summary>OpenIddict keeps claims out of tokens that they are not meant for. What tokens show is decided elsewhere.</summary>
    private static ClaimsPrincipal WithDestinations(ClaimsPrincipal principal) =>
        principal.SetDestinations(static _ => [Destinations.AccessToken, Destinations.IdentityToken]);
}
