using AuthDemo.StandIn.Realms;
using AuthDemo.StandIn.Server;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AuthDemo.StandIn.Endpoints;

/// <summary>What the realm's mappers say about the owner of an access token (OpenID Connect Core, section 5.3).</summary>
internal static class UserInfoEndpoint
{
    public static async Task HandleAsync(HttpContext context, OpenIddictRequest request)
    {
        var realm = context.RequestServices.GetRequiredService<Realm>();
        var principal = (await context.ReadTokenAsync())!;
        var client = realm.Clients[principal.GetClaim(Claims.AuthorizedParty)!];
        var user = realm.FindUser(principal.GetClaim(Claims.Subject))!;

        var claims = client.MapClaims(TokenKind.UserInfo, principal.GetScopes(), new(user, TokenPrincipal.AuthTimeOf(principal)));
        claims[Claims.Subject] = user.Id;
        context.Response.Headers.CacheControl = "no-store";
        await context.Response.WriteAsJsonAsync(claims);
    }
}
