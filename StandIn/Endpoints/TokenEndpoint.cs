using AuthDemo.StandIn.Realms;
using AuthDemo.StandIn.Sessions;
using AuthDemo.StandIn.Tokens;
using OpenIddict.Abstractions;

namespace AuthDemo.StandIn.Endpoints;

/// <summary>
/// The token endpoint (RFC 6749, section 3.2). OpenIddict has checked the client, its grant, and the code or refresh token.
/// </summary>
internal static class TokenEndpoint
{
    public static async Task HandleAsync(HttpContext context, OpenIddictRequest request)
    {
        var realm = context.RequestServices.GetRequiredService<Realm>();
        var client = realm.Clients[request.ClientId!];
        if (request.IsClientCredentialsGrantType())
        {
            var service = TokenPrincipal.ForServiceAccount(realm.ServiceAccountOf(client), request.GetScopes());
            service.SetAccessTokenLifetime(client.AccessTokenLifespan);
            await context.IssueAsync(service);
            return;
        }

        var sessions = context.RequestServices.GetRequiredService<RealmSessions>();
        var principal = (await context.ReadTokenAsync())!;
        var session = sessions.Find(principal.GetClaim(TokenPrincipal.SessionId))!; // alive: RequireLiveSession has checked it
        sessions.Touch(session);
        principal.SetAccessTokenLifetime(client.AccessTokenLifespan);
        principal.SetIdentityTokenLifetime(client.AccessTokenLifespan);
        principal.SetRefreshTokenLifetime(sessions.Remaining(session));
        await context.IssueAsync(principal);
    }
}
