using System.Security.Claims;
using AuthDemo.StandIn.Pages;
using AuthDemo.StandIn.Realms;
using AuthDemo.StandIn.Sessions;
using AuthDemo.StandIn.Tokens;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AuthDemo.StandIn.Endpoints;

/// <summary>Ends a session (OpenID Connect RP-Initiated Logout, section 2).</summary>
internal static class LogoutEndpoint
{
    private const string TokenParameter = "logout_token";

    public static async Task HandleAsync(HttpContext context, OpenIddictRequest request)
    {
        var realm = context.RequestServices.GetRequiredService<Realm>();
        var sessions = context.RequestServices.GetRequiredService<RealmSessions>();
        var hint = request.IdTokenHint is null ? null : await context.ReadTokenAsync();
        if (FindProblem(realm, request, hint) is { } problem)
        {
            await context.WriteErrorPageAsync(realm, problem);
            return;
        }

        var session = hint is null ? sessions.FindByCookie(context.Request) : sessions.Find(hint.GetClaim(TokenPrincipal.SessionId));
        if (session is not null && hint is null && !IsConfirmed(context.Request, request, session))
        {
            await WriteConfirmationPageAsync(context, request, session);
            return;
        }

        if (session is not null) sessions.End(session);
        if (request.PostLogoutRedirectUri is not null) await context.ReturnFromLogoutAsync();
        else await context.WritePageAsync<LoggedOutPage>(realm, new() { [nameof(LoggedOutPage.Realm)] = realm });
    }

    /// <summary>
    /// What OpenIddict lets pass: an ID token that is not valid, which it ignores, and an address that some other client has registered.
    /// </summary>
    private static string? FindProblem(Realm realm, OpenIddictRequest request, ClaimsPrincipal? hint)
    {
        if (request.IdTokenHint is not null && hint?.GetClaim(Claims.Subject) is null) return "Invalid parameter: id_token_hint";
        if (request.PostLogoutRedirectUri is null) return null;

        var clientId = hint?.GetClaim(Claims.AuthorizedParty) ?? request.ClientId;
        if (clientId is null) return "Missing parameter: id_token_hint or client_id";
        var isRegistered = realm.Clients.TryGetValue(clientId, out var client)
            && client.PostLogoutRedirectUris.Contains(request.PostLogoutRedirectUri, StringComparer.Ordinal);
        return isRegistered ? null : "Invalid redirect uri";
    }

    /// <summary>Without an ID token nothing proves who asks: the person has to say so, on a page of ours.</summary>
    private static bool IsConfirmed(HttpRequest http, OpenIddictRequest request, Session session) =>
        HttpMethods.IsPost(http.Method) && Secrets.AreEqual(session.LogoutToken, (string?)request.GetParameter(TokenParameter));

    private static Task WriteConfirmationPageAsync(HttpContext context, OpenIddictRequest request, Session session)
    {
        var realm = context.RequestServices.GetRequiredService<Realm>();
        var fields = new Dictionary<string, string> { [TokenParameter] = session.LogoutToken };
        foreach (var name in (string[])[Parameters.ClientId, Parameters.PostLogoutRedirectUri, Parameters.State])
            if ((string?)request.GetParameter(name) is { } value) fields[name] = value;

        return context.WritePageAsync<LogoutPage>(
            realm,
            new()
            {
                [nameof(LogoutPage.Realm)] = realm,
                [nameof(LogoutPage.Action)] = $"{context.Request.PathBase}{context.Request.Path}",
                [nameof(LogoutPage.Fields)] = fields,
            });
    }
}
