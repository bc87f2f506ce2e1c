using AuthDemo.StandIn.Pages;
using AuthDemo.StandIn.Realms;
using AuthDemo.StandIn.Sessions;

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

    public static async Task HandleAsync(HttpContext context)
    {
        var realm = context.RequestServices.GetRequiredService<Realm>();
        var logins = context.RequestServices.GetRequiredService<PendingLogins>();
        var sessions = context.RequestServices.GetRequiredService<RealmSessions>();
        var session = sessions.FindByCookie(context.Request);
        if (logins.Find(context.Request) is not { } login)
        {
            // Somebody who has logged in since goes on to the application.
            if (session is not null && realm.FindClient(context.Request.Query["client_id"])?.BaseUrl is { } application)
                context.Response.Redirect(application);
            else
                await context.WriteErrorPageAsync(realm, "This login has expired, was already used, or belongs to another browser.");
            return;
        }

        if (session != login.Session)
        {
            // Somebody logged in or out in another tab: what has to be given now is another question.
            logins.Remove(login);
            context.Response.Redirect(AddressOf(context, login.Request));
            return;
        }

        var problem = context.Request.HasFormContentType && !login.IsComplete ? TakeForm(context, realm, login) : null;
        if (login.IsComplete) context.Response.Redirect(AddressOf(context, login.Request, login));
        else await WritePageAsync(context, realm, login, problem);
    }

    /// <returns>What is wrong with what was typed, or null.</returns>
    private static string? TakeForm(HttpContext context, Realm realm, PendingLogin login)
    {
        var form = context.Request.Form;
        if (login.NeedsPassword)
        {
            // During a session only its owner can log in: changing the user takes a logout, as in Keycloak.
            var user = login.Session?.User ?? realm.FindPerson(form["username"]);
            if (!Secrets.AreEqual(user?.Password, form["password"]))
                return login.Session is null ? "Invalid username or password." : "Invalid password.";
            (login.User, login.NeedsPassword) = (user, false);
        }
        else if (form.ContainsKey("otp"))
        {
            if (context.RequestServices.GetRequiredService<OneTimeCodes>().TryUse(login.User!, form["otp"]) is { } problem) return problem;
            login.NeedsCode = false;
        }

        if (!login.IsComplete) return null;
        // Nobody is logged in before all that was asked for is there.
        var sessions = context.RequestServices.GetRequiredService<RealmSessions>();
        login.Session ??= sessions.Start(context, login.User!);
        sessions.Renew(login.Session, byCode: login.Level == realm.Levels.Code);
        return null;
    }

    // 200 also for the page again, as in Keycloak: a form is no HTTP authentication, so this is no 401.
    private static Task WritePageAsync(HttpContext context, Realm realm, PendingLogin login, string? problem)
    {
        string? typed = context.Request.HasFormContentType ? context.Request.Form["username"] : login.Request.LoginHint;
        return context.WritePageAsync<LoginPage>(
            realm,
            new()
            {
                [nameof(LoginPage.Realm)] = realm,
                [nameof(LoginPage.Action)] = AddressOf(context, login),
                [nameof(LoginPage.KnownUser)] = login.User,
                [nameof(LoginPage.AsksForCode)] = !login.NeedsPassword,
                [nameof(LoginPage.Username)] = typed,
                [nameof(LoginPage.Problem)] = problem,
            });
    }

    /// <summary>The authorization request that led to a login, and the login with it where it is complete.</summary>
    private static string AddressOf(HttpContext context, LoginRequest request, PendingLogin? complete = null)
    {
        var execution = complete is null ? "" : $"{(request.Query.Length == 0 ? "?" : "&")}{PendingLogins.IdParameter}={complete.Id}";
        return $"{context.Request.PathBase}/protocol/openid-connect/auth{request.Query}{execution}";
    }
}
