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
    public static ClaimsPrincipal ForSession(Session session, Level level, IEnumerable<string> scopes) =>
        Create(session.User, scopes.Append(Scopes.OfflineAccess), // by which OpenIddict is asked for the refresh token that Keycloak gives
            new(SessionId, session.Id),
            new(Claims.AuthenticationTime, $"{session.AuthTime.ToUnixTimeSeconds()}", ClaimValueTypes.Integer64),
            new(Claims.AuthenticationContextReference, level.Acr)); // the same at every refresh (RFC 9068, section 2.2.1)

    /// <summary>A principal for a client that acts for itself.</summary>
    public static ClaimsPrincipal ForServiceAccount(User account, IEnumerable<string> scopes) => Create(account, scopes);

    /// <summary>Who the tokens of a principal are about.</summary>
    public static Subject SubjectOf(ClaimsPrincipal principal, Realm realm)
    {
        var user = realm.Users.First(user => user.Subject == principal.GetClaim(Claims.Subject));
        var authTime = principal.GetClaim(Claims.AuthenticationTime);
        return new(
            user,
            realm.RolesOf(user),
            authTime is null ? null : long.Parse(authTime, CultureInfo.InvariantCulture),
            realm.Levels.Find(principal.GetClaim(Claims.AuthenticationContextReference)));
    }

    /// <summary>OpenIddict keeps claims out of tokens that they are not meant for. What tokens show is decided elsewhere.</summary>
    private static ClaimsPrincipal Create(User user, IEnumerable<string> scopes, params Claim[] claims) =>
        new ClaimsPrincipal(new ClaimsIdentity([new(Claims.Subject, user.Subject), .. claims], "AuthDemo.StandIn"))
            .SetScopes(scopes).SetDestinations(static _ => [Destinations.AccessToken, Destinations.IdentityToken]);
}
