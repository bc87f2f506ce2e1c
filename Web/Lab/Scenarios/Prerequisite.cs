using AuthDemo.Web.Lab.Credentials;
using AuthDemo.Web.Login;

namespace AuthDemo.Web.Lab.Scenarios;

/// <summary>A condition for running a scenario. AppHost's visitors read the names in the lab's table.</summary>
public sealed class Prerequisite
{
    /// <summary>The caller is logged in.</summary>
    public static readonly Prerequisite Login = new(nameof(Login), (caller, _, _) => !caller.IsNobody ? null : new(
        "This needs somebody’s login.", $"Log in as {Personas.Alice}", Hint(Personas.Alice)));

    /// <summary>The admin's login is recent enough for a step-up; others need nothing.</summary>
    public static readonly Prerequisite FreshLogin = new(nameof(FreshLogin), (caller, now, maxAge) =>
        caller.Persona != Personas.Admin || caller.LoginAge(now) < maxAge ? null : new(
            $"Your login is {caller.LoginAge(now).TotalSeconds:0} seconds old, and this scenario is about a fresh one.",
            "Log in again", Hint(caller.Persona), ("max_age", $"{maxAge.TotalSeconds:0}")));

    /// <summary>The admin's login is too old for it; others need nothing.</summary>
    public static readonly Prerequisite OldLogin = new(nameof(OldLogin), (caller, now, maxAge) =>
        caller.Persona != Personas.Admin || caller.LoginAge(now) >= maxAge ? null : new(
            $"Your login is too fresh: this one is about a login that is older than {maxAge.TotalSeconds:0} seconds.")
        {
            Wait = TimeSpan.FromSeconds(Math.Ceiling((maxAge - caller.LoginAge(now)).TotalSeconds)),
        });

    /// <summary>The access token, if any, has the scope <c>visitors:read</c>.</summary>
    public static readonly Prerequisite Scope = new(nameof(Scope), (caller, _, _) =>
        caller.IsNobody || caller.HasVisitorsScope ? null : new(
        "Your token lacks the scope. Web can ask for a token with it; as you are logged in, you will not be asked for the password.",
        $"Ask for {Credential.VisitorsScope}", Hint(caller.Persona), ("scope", Credential.VisitorsScope)));

    /// <summary>The access token, if any, does not have that scope.</summary>
    public static readonly Prerequisite NoScope = new(nameof(NoScope), (caller, _, _) => !caller.HasVisitorsScope ? null : new(
        "Your token has the scope already, and this scenario is about a token without it.",
        "Get a token without it", Hint(caller.Persona)));

    /// <summary>The login, if any, used only a password.</summary>
    public static readonly Prerequisite PasswordOnly = new(nameof(PasswordOnly), (caller, _, _) => !caller.HasSecondFactor ? null : new(
        "Your login has a second factor already, and this scenario is about one without it.",
        "Log in with the password alone", Hint(caller.Persona), ("acr_values", "password")));

    /// <summary>The login, if any, included a one-time code.</summary>
    public static readonly Prerequisite SecondFactor = new(nameof(SecondFactor), (caller, _, _) =>
        caller.IsNobody || caller.HasSecondFactor ? null : new(
            "This needs a login with a one-time code. As you are logged in, you will be asked for the code alone.",
            "Confirm with your authenticator", Hint(caller.Persona), ("acr_values", "mfa")));

    /// <summary>A session was logged out in this browser, and its access token has not expired.</summary>
    public static readonly Prerequisite EndedSession = new(nameof(EndedSession), (caller, now, _) =>
        caller.EndedSession?.Expires > now ? null : new(
            "This needs a session that was logged out a moment ago: log in as somebody, log out, and come back here."));

    private readonly string name;

    private Prerequisite(string name, Checker check) => (this.name, Check) = (name, check);

    internal delegate Missing? Checker(Caller caller, DateTimeOffset now, TimeSpan maxLoginAge);

    /// <summary>Returns what is missing; null if nothing is.</summary>
    internal Checker Check { get; }

    public override string ToString() => name;

    private static (string, string) Hint(string persona) => ("login_hint", persona);
}

/// <summary>An unmet prerequisite, and how to meet it.</summary>
/// <param name="Text">The explanation for the user.</param>
/// <param name="Action">The label of the login button; null if a login does not help.</param>
/// <param name="Login">The parameters of the login.</param>
public sealed record Missing(string Text, string? Action = null, params (string Name, string Value)[] Login)
{
    /// <summary>How long to wait; null if waiting does not help.</summary>
    public TimeSpan? Wait { get; init; }
}
