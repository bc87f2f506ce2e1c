using AuthDemo.Web.Lab.Credentials;
using AuthDemo.Web.Login;

namespace AuthDemo.Web.Lab.Scenarios;

/// <summary>What must be so before a scenario is run. AppHost's visitors read the names in the lab's table.</summary>
public sealed class Prerequisite
{
    /// <summary>Somebody is logged in.</summary>
    public static readonly Prerequisite Login = new(nameof(Login), (caller, _, _) => !caller.IsNobody ? null : new(
        "This needs somebody’s login.", $"Log in as {Personas.Alice}", Hint(Personas.Alice)));

    /// <summary>An admin is logged in who gave the password recently enough for a step-up; others need nothing.</summary>
    public static readonly Prerequisite FreshLogin = new(nameof(FreshLogin), (caller, now, maxAge) =>
        caller.Persona != Personas.Admin || caller.LoginAge(now) < maxAge ? null : new(
            $"Your login is {caller.LoginAge(now).TotalSeconds:0} seconds old, and this scenario is about a fresh one.",
            "Log in again", Hint(caller.Persona), ("max_age", $"{maxAge.TotalSeconds:0}")));

    /// <summary>An admin is logged in who gave the password too long ago for that; others need nothing.</summary>
    public static readonly Prerequisite OldLogin = new(nameof(OldLogin), (caller, now, maxAge) =>
        caller.Persona != Personas.Admin || caller.LoginAge(now) >= maxAge ? null : new(
            $"Your login is too fresh: this one is about a login that is older than {maxAge.TotalSeconds:0} seconds.")
        {
            Wait = TimeSpan.FromSeconds(Math.Ceiling((maxAge - caller.LoginAge(now)).TotalSeconds)),
        });

    /// <summary>The session's token, if there is one, has the scope <c>visitors:read</c>.</summary>
    public static readonly Prerequisite Scope = new(nameof(Scope), (caller, _, _) =>
        caller.IsNobody || caller.HasVisitorsScope ? null : new(
        "Your token lacks the scope. Web can ask for a token with it; as you are logged in, you will not be asked for the password.",
        $"Ask for {Credential.VisitorsScope}", Hint(caller.Persona), ("scope", Credential.VisitorsScope)));

    /// <summary>The session's token, if there is one, lacks that scope.</summary>
    public static readonly Prerequisite NoScope = new(nameof(NoScope), (caller, _, _) => !caller.HasVisitorsScope ? null : new(
        "Your token has the scope already, and this scenario is about a token without it.",
        "Get a token without it", Hint(caller.Persona)));

    /// <summary>The login of whoever is logged in had a password alone.</summary>
    public static readonly Prerequisite PasswordOnly = new(nameof(PasswordOnly), (caller, _, _) => !caller.HasSecondFactor ? null : new(
        "Your login has a second factor already, and this scenario is about one without it.",
        "Log in with the password alone", Hint(caller.Persona), ("acr_values", "password")));

    /// <summary>The login of whoever is logged in had a one-time code, too.</summary>
    public static readonly Prerequisite SecondFactor = new(nameof(SecondFactor), (caller, _, _) =>
        caller.IsNobody || caller.HasSecondFactor ? null : new(
            "This needs a login with a one-time code. As you are logged in, you will be asked for the code alone.",
            "Confirm with your authenticator", Hint(caller.Persona), ("acr_values", "mfa")));

    /// <summary>Somebody logged out in this browser and that session's access token has not expired.</summary>
    public static readonly Prerequisite EndedSession = new(nameof(EndedSession), (caller, now, _) =>
        caller.EndedSession?.Expires > now ? null : new(
            "This needs a session that was logged out a moment ago: log in as somebody, log out, and come back here."));

    private readonly string name;

    private Prerequisite(string name, Checker check) => (this.name, Check) = (name, check);

    internal delegate Missing? Checker(Caller caller, DateTimeOffset now, TimeSpan maxLoginAge);

    /// <summary>What is missing; null where nothing is.</summary>
    internal Checker Check { get; }

    public override string ToString() => name;

    private static (string, string) Hint(string persona) => ("login_hint", persona);
}

/// <summary>What is missing before a scenario can be run, and the step that helps.</summary>
/// <param name="Text">For the reader.</param>
/// <param name="Action">What the button says that logs in; null where no login helps.</param>
/// <param name="Login">What the login asks for.</param>
public sealed record Missing(string Text, string? Action = null, params (string Name, string Value)[] Login)
{
    /// <summary>How long to wait; null where that does not help.</summary>
    public TimeSpan? Wait { get; init; }
}
