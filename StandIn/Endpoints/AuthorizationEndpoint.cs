using AuthDemo.StandIn.Realms;
using AuthDemo.StandIn.Sessions;
using AuthDemo.StandIn.Tokens;
using Microsoft.Extensions.Primitives;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AuthDemo.StandIn.Endpoints;

/// <summary>
/// The authorization endpoint: who is logged in as it is asked for gets a code, others are sent to the login page (OpenID Connect Core,
/// section 3.1.2).
/// </summary>
internal static class AuthorizationEndpoint
{
    public static async Task HandleAsync(HttpContext context, OpenIddictRequest request)
    {
        // OpenIddict takes max_age for absent where it is no number.
        if (request.HasParameter(Parameters.MaxAge) && request.MaxAge is null or < 0)
        {
            await context.RefuseAsync(Errors.InvalidRequest, "max_age has to be a number of seconds.");
            return;
        }

        var levels = context.RequestServices.GetRequiredService<Realm>().Levels;
        var asked = RequestedLevel.Read(request, levels);
        if (asked.Error is not null)
        {
            await context.RefuseAsync(asked.Error, "The claims parameter cannot be read, or wants an acr that is not known.");
            return;
        }

        var sessions = context.RequestServices.GetRequiredService<RealmSessions>();
        var logins = context.RequestServices.GetRequiredService<PendingLogins>();
        var session = sessions.FindByCookie(context.Request);
        if (session is not null && logins.TakeComplete(context.Request, session) is { } login)
        {
            await IssueAsync(context, request, session, login.Level);
            return;
        }

        var needsPassword = session is null || WantsPassword(request, sessions.AgeOf(session));
        var asksForCode = asked.Level is not null && asked.Level == levels.Code;
        var needsCode = asksForCode && (needsPassword || sessions.LevelOf(session!) != asked.Level);
        if (session is not null && !needsPassword && !needsCode)
        {
            await IssueAsync(context, request, session, asked.Level ?? sessions.LevelOf(session));
        }
        else if (request.HasPromptValue(PromptValues.None))
        {
            await context.RefuseAsync(Errors.LoginRequired, "The user has to log in.");
        }
        else
        {
            var reached = needsCode ? levels.Code! : levels.Password;
            var waiting = logins.Add(context, RememberRequest(context.Request, request), session, reached, needsPassword, needsCode);
            context.Response.Redirect(LoginEndpoint.AddressOf(context, waiting));
        }
    }

    private static async Task IssueAsync(HttpContext context, OpenIddictRequest request, Session session, Level level)
    {
        context.RequestServices.GetRequiredService<RealmSessions>().Touch(session);
        await context.IssueAsync(TokenPrincipal.ForSession(session, level, request.GetScopes()));
    }

    private static bool WantsPassword(OpenIddictRequest request, long age) =>
        request.HasPromptValue(PromptValues.Login) || (request.MaxAge is { } maxAge && (maxAge == 0 || age > maxAge));

    private static LoginRequest RememberRequest(HttpRequest http, OpenIddictRequest request)
    {
        IEnumerable<KeyValuePair<string, StringValues>> parameters = HttpMethods.IsPost(http.Method) ? http.Form : http.Query;
        var query = QueryString.Create(parameters.Where(parameter => parameter.Key != PendingLogins.IdParameter));
        return new(request.ClientId!, query.Value!, request.LoginHint);
    }
}
