using System.Security.Claims;
using AuthDemo.StandIn.Pages;
using AuthDemo.StandIn.Realms;
using AuthDemo.StandIn.Sessions;
using AuthDemo.StandIn.Tokens;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Mvc;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AuthDemo.StandIn.Endpoints;

/// <summary>Ends a session (OpenID Connect RP-Initiated Logout, section 2).</summary>
internal static class LogoutEndpoint
{
    public static async Task<IResult> HandleAsync(
        HttpContext context, [FromServices] Realm realm, [FromServices] RealmSessions sessions)
    {
        var request = context.GetOpenIddictServerRequest()!;
        var hint = request.IdTokenHint is null ? null : (await context.AuthenticateAsync(RealmEndpoints.OpenIddict)).Principal;
        if (FindProblem(realm, request, hint) is { } problem) return Page.OfError(context, problem);

        var session = hint is null ? sessions.FindByCookie(context.Request) : sessions.Find(hint.GetClaim(TokenPrincipal.SessionId));
        // Without an ID token hint the user has to confirm, with a form. SameSite=Lax protects it: a form on another site does not send the
        // session cookie.
        if (session is not null && hint is null && !HttpMethods.IsPost(context.Request.Method))
            return Page.Of<LogoutPage>(context, new { Fields = context.Request.Query });

        if (session is not null) sessions.End(session);
        return request.PostLogoutRedirectUri is not null
            ? Results.SignOut(authenticationSchemes: [RealmEndpoints.OpenIddict])
            : Page.Of<MessagePage>(context, new
            {
                Title = "You are logged out",
                Text = "You can close this page. Access tokens that were issued before stay valid until they expire.",
            });
    }

    /// <summary>Checks what OpenIddict does not: it ignores an invalid ID token hint, and accepts a redirect URI of any client.</summary>
    private static string? FindProblem(Realm realm, OpenIddictRequest request, ClaimsPrincipal? hint)
    {
        if (request.IdTokenHint is not null && hint?.GetClaim(Claims.Subject) is null) return "Invalid parameter: id_token_hint";
        if (request.PostLogoutRedirectUri is null) return null;

        var client = realm.FindClient(hint?.GetClaim(Claims.AuthorizedParty) ?? request.ClientId);
        return client is null ? "Missing parameter: id_token_hint or client_id"
            : client.PostLogoutRedirectUris.Contains(request.PostLogoutRedirectUri, StringComparer.Ordinal) ? null : "Invalid redirect uri";
    }
}
