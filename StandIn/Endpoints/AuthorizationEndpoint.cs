using AuthDemo.StandIn.Server;
using AuthDemo.StandIn.Sessions;
using Microsoft.Extensions.Primitives;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AuthDemo.StandIn.Endpoints;

/// <summary>
/// The authorization endpoint: who is logged in gets a code, who is not gets the login page (OpenID Connect Core, section 3.1.2).
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

        var sessions = context.RequestServices.GetRequiredService<RealmSessions>();
        var logins = context.RequestServices.GetRequiredService<PendingLogins>();
        var session = sessions.FindByCookie(context.Request);
        var justLoggedIn = logins.TryTakeSucceeded(context.Request, (string?)request.GetParameter(LoginEndpoint.ExecutionParameter));
        if (session is not null && (justLoggedIn || !WantsLogin(request, session)))
        {
            session.LastUse = DateTimeOffset.UtcNow;
            await context.IssueAsync(TokenPrincipal.ForSession(session, request.GetScopes()));
        }
        else if (request.HasPromptValue(PromptValues.None))
        {
            await context.RefuseAsync(Errors.LoginRequired, "The user has to log in.");
        }
        else
        {
            var login = logins.Add(context, RememberRequest(context.Request));
            await LoginEndpoint.WritePageAsync(context, login, session, request.LoginHint, problem: null);
        }
    }

    private static bool WantsLogin(OpenIddictRequest request, Session session)
    {
        if (request.HasPromptValue(PromptValues.Login)) return true;
        var age = DateTimeOffset.UtcNow.ToUnixTimeSeconds() - session.AuthTime.ToUnixTimeSeconds();
        return request.MaxAge is { } maxAge && (maxAge == 0 || age > maxAge);
    }

    /// <summary>The request as it came, to be made again after the login.</summary>
    private static string RememberRequest(HttpRequest request)
    {
        IEnumerable<KeyValuePair<string, StringValues>> parameters = HttpMethods.IsPost(request.Method) ? request.Form : request.Query;
        return QueryString.Create(parameters.Where(parameter => parameter.Key != LoginEndpoint.ExecutionParameter)).Value!;
    }
}
