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
        var isAdmin = caller.Persona == Personas.Admin;
        var hasScope = caller.Scopes.Contains(Credential.VisitorsScope);
        return scenario.Needs switch
        {
            Prerequisite.Login when caller.IsNobody => new(
                "This needs somebody’s login.", $"Log in as {scenario.BestAs}", Become: scenario.BestAs),
            Prerequisite.FreshLogin when isAdmin && Age(caller) >= times.Value.MaxLoginAge => LoginIsOld(caller),
            Prerequisite.OldLogin when isAdmin && Age(caller) < times.Value.MaxLoginAge => LoginIsFresh(caller),
            Prerequisite.Scope when !caller.IsNobody && !hasScope => new(
                "Your token lacks the scope. Web can ask for a token with it; as you are logged in, you will not be asked for the "
                + "password.",
                $"Ask for {Credential.VisitorsScope}", LoginQuery: $"scope={Credential.VisitorsScope}&login_hint={caller.Persona}"),
            Prerequisite.NoScope when hasScope => new(
                "Your token has the scope already, and this scenario is about a token without it.",
                "Get a token without it", LoginQuery: $"login_hint={caller.Persona}"),
            Prerequisite.PasswordOnly when caller.HasSecondFactor => new(
                "Your login has a second factor already, and this scenario is about one without it.",
                "Log in with the password alone", LoginQuery: $"acr_values=password&login_hint={caller.Persona}"),
            Prerequisite.SecondFactor when caller is { IsNobody: false, HasSecondFactor: false } => new(
                "This needs a login with a one-time code. As you are logged in, you will be asked for the code alone.",
                "Confirm with your authenticator", LoginQuery: $"acr_values=mfa&login_hint={caller.Persona}"),
            Prerequisite.EndedSession when caller.EndedSession is not { } ended || ended.Expires < time.GetUtcNow() => new(
                "This needs a session that was logged out a moment ago: log in as somebody, log out, and come back here.",
                $"Log in as {Personas.Alice}", Become: Personas.Alice),
            _ => null,
        };
    }

    private Missing LoginIsOld(Caller caller) => new(
        $"Your login is {Age(caller).TotalSeconds:0} seconds old, and this scenario is about a fresh one.",
        "Log in again", LoginQuery: $"max_age={times.Value.MaxLoginAge.TotalSeconds:0}&login_hint={caller.Persona}");

    private Missing LoginIsFresh(Caller caller)
    {
        var wait = TimeSpan.FromSeconds(Math.Ceiling((times.Value.MaxLoginAge - Age(caller)).TotalSeconds));
        return new(
            $"Your login is too fresh: this one is about a login that is older than {times.Value.MaxLoginAge.TotalSeconds:0} seconds.",
            Wait: wait);
    }

    private TimeSpan Age(Caller caller) => caller.LoggedInAt is { } at ? time.GetUtcNow() - at : TimeSpan.MaxValue;
}
