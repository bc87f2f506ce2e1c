using AuthDemo.StandIn.Realms;
using AuthDemo.StandIn.Tokens;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Mvc;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AuthDemo.StandIn.Endpoints;

/// <summary>The userinfo endpoint (OpenID Connect Core, section 5.3), with the claims of the realm's mappers.</summary>
internal static class UserInfoEndpoint
{
    public static async Task<IResult> HandleAsync(HttpContext context, [FromServices] Realm realm)
    {
        var principal = (await context.AuthenticateAsync(RealmEndpoints.OpenIddict)).Principal!;
        var client = realm.FindClient(principal.GetClaim(Claims.AuthorizedParty))!;
        var subject = TokenPrincipal.SubjectOf(principal, realm);
        var claims = realm.MapClaims(TokenKind.UserInfo, client, principal.GetScopes(), subject);
        claims[Claims.Subject] = subject.User.Subject;
        context.Response.Headers.CacheControl = "no-store";
        return Results.Json(claims);
    }
}
