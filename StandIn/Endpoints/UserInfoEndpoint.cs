using AuthDemo.StandIn.Realms;
using AuthDemo.StandIn.Tokens;
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
        var subject = TokenPrincipal.SubjectOf(principal, realm);

        var claims = client.MapClaims(TokenKind.UserInfo, principal.GetScopes(), subject);
        claims[Claims.Subject] = subject.User.Id;
        context.Response.Headers.CacheControl = "no-store";
        await context.Response.WriteAsJsonAsync(claims);
    }
}
