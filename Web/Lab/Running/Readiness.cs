using AuthDemo.ServiceDefaults;
using AuthDemo.Web.Lab.Credentials;
using AuthDemo.Web.Lab.Scenarios;
using AuthDemo.Web.Login;
using Microsoft.Extensions.Options;

namespace AuthDemo.Web.Lab.Running;

/// <summary>Tells whether what a scenario needs is there.</summary>
internal sealed class Readiness(IOptions<AuthenticationTimes> times, TimeProvider time)
{
    public Missing? Check(Scenario scenario, Caller caller)
    {
        var maxAge = times.Value.MaxLoginAge;
        var age = time.GetUtcNow() - (caller.LoggedInAt ?? DateTimeOffset.MinValue);
        var hint = ("login_hint", caller.IsNobody ? Personas.Alice : caller.Persona);
        return scenario.Needs switch
        {
            Prerequisite.Login when caller.IsNobody => new("This needs somebody’s login.", $"Log in as {Personas.Alice}", hint),
            Prerequisite.FreshLogin when caller.Persona == Personas.Admin && age >= maxAge => new(
                $"Your login is {age.TotalSeconds:0} seconds old, and this scenario is about a fresh one.",
                "Log in again", hint, ("max_age", $"{maxAge.TotalSeconds:0}")),
            Prerequisite.OldLogin when caller.Persona == Personas.Admin && age < maxAge => new(
                $"Your login is too fresh: this one is about a login that is older than {maxAge.TotalSeconds:0} seconds.")
            {
                Wait = TimeSpan.FromSeconds(Math.Ceiling((maxAge - age).TotalSeconds)),
            },
            Prerequisite.Scope when !caller.IsNobody && !caller.HasVisitorsScope => new(
                "Your token lacks the scope. Web can ask for a token with it; as you are logged in, you will not be asked for the "
                + "password.",
                $"Ask for {Credential.VisitorsScope}", hint, ("scope", Credential.VisitorsScope)),
            Prerequisite.NoScope when caller.HasVisitorsScope => new(
                "Your token has the scope already, and this scenario is about a token without it.", "Get a token without it", hint),
            Prerequisite.PasswordOnly when caller.HasSecondFactor => new(
                "Your login has a second factor already, and this scenario is about one without it.",
                "Log in with the password alone", hint, ("acr_values", "password")),
            Prerequisite.SecondFactor when caller is { IsNobody: false, HasSecondFactor: false } => new(
                "This needs a login with a one-time code. As you are logged in, you will be asked for the code alone.",
                "Confirm with your authenticator", hint, ("acr_values", "mfa")),
            Prerequisite.EndedSession when caller.EndedSession is not { } ended || ended.Expires < time.GetUtcNow() => new(
                "This needs a session that was logged out a moment ago: log in as somebody, log out, and come back here."),
            _ => null,
        };
    }
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
