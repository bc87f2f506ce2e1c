using AuthDemo.StandIn.Pages;
using AuthDemo.StandIn.Realms;
using AuthDemo.StandIn.Sessions;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace AuthDemo.StandIn.Endpoints;

/// <summary>
/// The login page. It has its own URL, so that Back and reload do not repeat an authorization request. A completed login returns to the
/// authorization endpoint.
/// </summary>
internal static class LoginEndpoint
{
    public const string Path = "/login-actions/authenticate";

    public static string AddressOf(HttpContext context, PendingLogin login) =>
        $"{context.Request.PathBase}{Path}?{PendingLogins.IdParameter}={login.Id}&client_id={Uri.EscapeDataString(login.Request.ClientId)}";

    public static IResult Handle(
        HttpContext context,
        [FromServices] Realm realm,
        [FromServices] RealmSessions sessions,
        [FromServices] PendingLogins logins,
        [FromServices] OneTimeCodes codes)
    {
        var session = sessions.FindByCookie(context.Request);
        if (logins.Find(context.Request) is not { } login)
        {
            // The user has logged in since, so continue to the application.
            return session is not null && realm.FindClient(context.Request.Query["client_id"])?.BaseUrl is { } application
                ? Results.Redirect(application)
                : Page.OfError(context, "This login has expired, was already used, or belongs to another browser.");
        }

        if (session != login.Session)
        {
            // The user logged in or out in another tab, so the request has to be evaluated again.
            logins.Remove(login);
            return Results.Redirect(AddressOf(context, login.Request));
        }

        if (!login.IsComplete)
        {
            var form = context.Request.HasFormContentType ? context.Request.Form : null;
            var problem = form is null ? null : login.NeedsPassword ? TakePassword(form, realm, login) : TakeCode(form, codes, login);
            if (!login.IsComplete) return ShowPage(context, login, form is null ? login.Request.LoginHint : form["username"], problem);

            // The session starts only when the login is complete.
            login.Session ??= sessions.Start(context, login.User!);
            sessions.Renew(login.Session, byCode: login.Level == realm.Levels.Code);
        }

        return Results.Redirect(AddressOf(context, login.Request, login));
    }

    /// <returns>The error message, or null.</returns>
    private static string? TakePassword(IFormCollection form, Realm realm, PendingLogin login)
    {
        // During a session only its user can log in, as in Keycloak.
        var user = login.Session?.User ?? realm.FindPerson(form["username"]);
        if (!Secrets.AreEqual(user?.Password, form["password"]))
            return login.Session is null ? "Invalid username or password." : "Invalid password.";
        (login.User, login.NeedsPassword) = (user, false);
        return null;
    }

    /// <inheritdoc cref="TakePassword"/>
    private static string? TakeCode(IFormCollection form, OneTimeCodes codes, PendingLogin login)
    {
        var problem = form.ContainsKey("otp") ? codes.TryUse(login.User!, form["otp"]) : "";
        login.NeedsCode = problem is not null;
        return problem;
    }

    // 200 also after a wrong password, as in Keycloak: a form is not HTTP authentication.
    private static RazorComponentResult<LoginPage> ShowPage(HttpContext context, PendingLogin login, string? username, string? problem) =>
        Page.Of<LoginPage>(context, new
        {
            Action = AddressOf(context, login),
            KnownUser = login.User,
            AsksForCode = !login.NeedsPassword,
            Username = username,
            Problem = problem,
        });

    /// <summary>The authorization request that led to the login, with the login's id if it is complete.</summary>
    private static string AddressOf(HttpContext context, LoginRequest request, PendingLogin? complete = null)
    {
        var execution = complete is null ? "" : $"{(request.Query.Length == 0 ? "?" : "&")}{PendingLogins.IdParameter}={complete.Id}";
        return $"{context.Request.PathBase}/protocol/openid-connect/auth{request.Query}{execution}";
    }
}
