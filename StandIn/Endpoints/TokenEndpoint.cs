using System.Security.Claims;
using AuthDemo.StandIn.Realms;
using AuthDemo.StandIn.Sessions;
using AuthDemo.StandIn.Tokens;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Mvc;
using OpenIddict.Abstractions;

namespace AuthDemo.StandIn.Endpoints;

/// <summary>
/// The token endpoint (RFC 6749, section 3.2). OpenIddict has validated the client, the grant, and the code or refresh token.
/// </summary>
internal static class TokenEndpoint
{
    public static async Task<IResult> HandleAsync(
        HttpContext context, [FromServices] Realm realm, [FromServices] RealmSessions sessions)
    {
        var request = context.GetOpenIddictServerRequest()!;
        var client = realm.FindClient(request.ClientId)!;
        ClaimsPrincipal principal;
        if (request.IsClientCredentialsGrantType())
        {
            principal = TokenPrincipal.ForServiceAccount(realm.ServiceAccountOf(client)!, request.GetScopes());
        }
        else
        {
            principal = (await context.AuthenticateAsync(RealmEndpoints.OpenIddict)).Principal!;
            var session = sessions.Find(principal.GetClaim(TokenPrincipal.SessionId))!; // not null: checked by RequireLiveSession
            sessions.Touch(session);
            principal.SetRefreshTokenLifetime(sessions.Remaining(session));
        }

        var lifespan = realm.AccessTokenLifespanOf(client);
        principal.SetAccessTokenLifetime(lifespan).SetIdentityTokenLifetime(lifespan);
        return Results.SignIn(principal, authenticationScheme: RealmEndpoints.OpenIddict);
    }
}
