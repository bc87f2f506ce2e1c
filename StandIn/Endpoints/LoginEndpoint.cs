using AuthDemo.StandIn.Pages;
using AuthDemo.StandIn.Realms;
using AuthDemo.StandIn.Sessions;

namespace AuthDemo.StandIn.Endpoints;

/// <summary>Where the login page's form is posted to. The right password leads back to the authorization request.</summary>
internal static class LoginEndpoint
{
    public const string Path = "/login-actions/authenticate";

    /// <summary>Keycloak's name for the parameter that says which login a request belongs to.</summary>
    public const string ExecutionParameter = "execution";

    public static async Task HandleAsync(HttpContext context)
    {
        var realm = context.RequestServices.GetRequiredService<Realm>();
        var logins = context.RequestServices.GetRequiredService<PendingLogins>();
        var sessions = context.RequestServices.GetRequiredService<RealmSessions>();
        if (logins.Find(context.Request, context.Request.Query[ExecutionParameter]) is not { Succeeded: false } login)
        {
            await context.WriteErrorPageAsync(realm, "This login has expired, was already used, or belongs to another browser.");
            return;
        }

        var session = sessions.FindByCookie(context.Request);
        if (!context.Request.HasFormContentType)
        {
            await WritePageAsync(context, login, session, username: null, problem: null);
            return;
        }

        // During a session only its owner can log in: changing the user takes a logout, as in Keycloak.
        string? username = context.Request.Form["username"];
        var user = session?.User ?? realm.FindPerson(username);
        if (!Secrets.AreEqual(user?.Password, context.Request.Form["password"]))
        {
            // 200 and the page again, as in Keycloak: a form is no HTTP authentication, so this is no 401.
            var problem = session is null ? "Invalid username or password." : "Invalid password.";
            await WritePageAsync(context, login, session, username, problem);
            return;
        }

        if (session is null) sessions.Start(context, user!);
        else session.AuthTime = session.LastUse = DateTimeOffset.UtcNow;
        login.Succeeded = true;
        var separator = login.Query.Length == 0 ? "?" : "&";
        context.Response.Redirect(
            $"{context.Request.PathBase}/protocol/openid-connect/auth{login.Query}{separator}{ExecutionParameter}={login.Id}");
    }

    public static Task WritePageAsync(HttpContext context, PendingLogin login, Session? session, string? username, string? problem)
    {
        var realm = context.RequestServices.GetRequiredService<Realm>();
        return context.WritePageAsync<LoginPage>(
            realm,
            new()
            {
                [nameof(LoginPage.Realm)] = realm,
                [nameof(LoginPage.Action)] = $"{context.Request.PathBase}{Path}?{ExecutionParameter}={login.Id}",
                [nameof(LoginPage.KnownUser)] = session?.User,
                [nameof(LoginPage.Username)] = username,
                [nameof(LoginPage.Problem)] = problem,
            });
    }
}
