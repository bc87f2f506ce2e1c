using AuthDemo.StandIn.Pages;
using AuthDemo.StandIn.Realms;
using AuthDemo.StandIn.Sessions;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace AuthDemo.StandIn.Endpoints;

/// <summary>
/// The login page, at an address of its own, so that Back and reload come here and not to an authorization request that is spent. Who has
/// given all that it asks for goes back to the authorization request.
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
            // Somebody who has logged in since goes on to the application.
            return session is not null && realm.FindClient(context.Request.Query["client_id"])?.BaseUrl is { } application
                ? Results.Redirect(application)
                : Page.OfError(context, "This login has expired, was already used, or belongs to another browser.");
        }

        if (session != login.Session)
        {
            // Somebody logged in or out in another tab: what has to be given now is another question.
            logins.Remove(login);
            return Results.Redirect(AddressOf(context, login.Request));
        }

        if (!login.IsComplete)
        {
            var form = context.Request.HasFormContentType ? context.Request.Form : null;
            var problem = form is null ? null : login.NeedsPassword ? TakePassword(form, realm, login) : TakeCode(form, codes, login);
            if (!login.IsComplete) return ShowPage(context, login, form is null ? login.Request.LoginHint : form["username"], problem);

            // Nobody is logged in before all that was asked for is there.
            login.Session ??= sessions.Start(context, login.User!);
            sessions.Renew(login.Session, byCode: login.Level == realm.Levels.Code);
        }

        return Results.Redirect(AddressOf(context, login.Request, login));
    }

    /// <returns>What is wrong with what was typed, or null.</returns>
    private static string? TakePassword(IFormCollection form, Realm realm, PendingLogin login)
    {
        // During a session only its owner can log in: changing the user takes a logout, as in Keycloak.
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

    // 200 also for the page again, as in Keycloak: a form is no HTTP authentication, so this is no 401.
    private static RazorComponentResult<LoginPage> ShowPage(HttpContext context, PendingLogin login, string? username, string? problem) =>
        Page.Of<LoginPage>(context, new
        {
            Action = AddressOf(context, login),
            KnownUser = login.User,
            AsksForCode = !login.NeedsPassword,
            Username = username,
            Problem = problem,
        });

    /// <summary>The authorization request that led to a login, and the login with it where it is complete.</summary>
    private static string AddressOf(HttpContext context, LoginRequest request, PendingLogin? complete = null)
    {
        var execution = complete is null ? "" : $"{(request.Query.Length == 0 ? "?" : "&")}{PendingLogins.IdParameter}={complete.Id}";
        return $"{context.Request.PathBase}/protocol/openid-connect/auth{request.Query}{execution}";
    }
}
