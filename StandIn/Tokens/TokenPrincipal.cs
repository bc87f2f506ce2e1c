using System.Globalization;
using System.Security.Claims;
using AuthDemo.StandIn.Realms;
using AuthDemo.StandIn.Sessions;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AuthDemo.StandIn.Tokens;

/// <summary>The principal that OpenIddict keeps from a login to its tokens: subject, session, login time, level and scopes.</summary>
internal static class TokenPrincipal
{
    /// <summary>The claim <c>sid</c> (OpenID Connect Front-Channel Logout, section 3).</summary>
    public const string SessionId = "sid";

    /// <summary>Creates the principal of a user's login.</summary>
    public static ClaimsPrincipal ForSession(Session session, Level level, IEnumerable<string> scopes) =>
        Create(session.User, scopes.Append(Scopes.OfflineAccess), // makes OpenIddict issue a refresh token, as Keycloak does
            new(SessionId, session.Id),
            new(Claims.AuthenticationTime, $"{session.AuthTime.ToUnixTimeSeconds()}", ClaimValueTypes.Integer64),
            new(Claims.AuthenticationContextReference, level.Acr)); // unchanged by a refresh (RFC 9068, section 2.2.1)

    /// <summary>Creates the principal of a service account.</summary>
    public static ClaimsPrincipal ForServiceAccount(User account, IEnumerable<string> scopes) => Create(account, scopes);

    /// <summary>The subject of a principal's tokens.</summary>
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

    /// <summary>Without destinations OpenIddict would drop the claims. The tokens' claims come from WriteKeycloakClaims.</summary>
    private static ClaimsPrincipal Create(User user, IEnumerable<string> scopes, params Claim[] claims) =>
        new ClaimsPrincipal(new ClaimsIdentity([new(Claims.Subject, user.Subject), .. claims], "AuthDemo.StandIn"))
            .SetScopes(scopes).SetDestinations(static _ => [Destinations.AccessToken, Destinations.IdentityToken]);
}
