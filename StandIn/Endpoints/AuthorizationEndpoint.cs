using AuthDemo.StandIn.Realms;
using AuthDemo.StandIn.Sessions;
using AuthDemo.StandIn.Tokens;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Primitives;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AuthDemo.StandIn.Endpoints;

/// <summary>
/// The authorization endpoint (OpenID Connect Core, section 3.1.2): issues a code if the session satisfies the request, else redirects to
/// the login page.
/// </summary>
internal static class AuthorizationEndpoint
{
    public static IResult Handle(
        HttpContext context,
        [FromServices] Realm realm,
        [FromServices] RealmSessions sessions,
        [FromServices] PendingLogins logins)
    {
        var request = context.GetOpenIddictServerRequest()!;
        // OpenIddict ignores a max_age that is not a number.
        if (request.HasParameter(Parameters.MaxAge) && request.MaxAge is null or < 0)
            return Refuse(Errors.InvalidRequest, "max_age has to be a number of seconds.");

        var asked = RequestedLevel.Read(request, realm.Levels);
        if (asked.Error is not null) return Refuse(asked.Error, "The claims parameter cannot be read, or wants an acr that is not known.");

        var session = sessions.FindByCookie(context.Request);
        if (session is not null && logins.TakeComplete(context.Request, session) is { } login)
            return Issue(sessions, session, login.Level, request);

        var needsPassword = session is null || WantsPassword(request, sessions.AgeOf(session));
        var needsCode = asked.Level is not null && asked.Level == realm.Levels.Code
            && (needsPassword || sessions.LevelOf(session!) != asked.Level);
        if (session is not null && !needsPassword && !needsCode)
            return Issue(sessions, session, asked.Level ?? sessions.LevelOf(session), request);
        if (request.HasPromptValue(PromptValues.None)) return Refuse(Errors.LoginRequired, "The user has to log in.");

        var reached = needsCode ? realm.Levels.Code! : realm.Levels.Password;
        var waiting = logins.Add(context, RememberRequest(context.Request, request), session, reached, needsPassword, needsCode);
        return Results.Redirect(LoginEndpoint.AddressOf(context, waiting));
    }

    private static IResult Issue(RealmSessions sessions, Session session, Level level, OpenIddictRequest request)
    {
        sessions.Touch(session);
        var principal = TokenPrincipal.ForSession(session, level, request.GetScopes());
        return Results.SignIn(principal, authenticationScheme: RealmEndpoints.OpenIddict);
    }

    private static IResult Refuse(string error, string description) => Results.Forbid(
        new AuthenticationProperties(new Dictionary<string, string?>
        {
            [OpenIddictServerAspNetCoreConstants.Properties.Error] = error,
            [OpenIddictServerAspNetCoreConstants.Properties.ErrorDescription] = description,
        }),
        [RealmEndpoints.OpenIddict]);

    private static bool WantsPassword(OpenIddictRequest request, long age) =>
        request.HasPromptValue(PromptValues.Login) || (request.MaxAge is { } maxAge && (maxAge == 0 || age > maxAge));

    private static LoginRequest RememberRequest(HttpRequest http, OpenIddictRequest request)
    {
        IEnumerable<KeyValuePair<string, StringValues>> parameters = HttpMethods.IsPost(http.Method) ? http.Form : http.Query;
        var query = QueryString.Create(parameters.Where(parameter => parameter.Key != PendingLogins.IdParameter));
        return new(request.ClientId!, query.Value!, request.LoginHint);
    }
}
