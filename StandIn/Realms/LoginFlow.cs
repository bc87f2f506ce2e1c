namespace AuthDemo.StandIn.Realms;

/// <summary>A login flow of a realm file.</summary>
public sealed record LoginFlow(string Alias, LoginStep[] AuthenticationExecutions)
{
    /// <summary>How long the level of a one-time code lasts.</summary>
    public static readonly TimeSpan MaxCodeAge = TimeSpan.FromMinutes(5);

    /// <summary>
    /// The only custom flow that the stand-in supports: a session, or a password at level 1 and a one-time code at level 2.
    /// </summary>
    public const string Known =
        "ALTERNATIVE auth-cookie (), ALTERNATIVE ("
        + "CONDITIONAL ("
        + "REQUIRED conditional-level-of-authentication (loa-condition-level=1 loa-max-age=36000), "
        + "REQUIRED auth-username-password-form (default.reference.maxAge=36000 default.reference.value=pwd)), "
        + "CONDITIONAL ("
        + "REQUIRED conditional-level-of-authentication (loa-condition-level=2 loa-max-age=300), "
        + "REQUIRED auth-otp-form (default.reference.maxAge=300 default.reference.value=otp)))";

    /// <summary>Describes a realm's flow in the format of <see cref="Known"/>.</summary>
    public static string Describe(Realm realm, string? alias) => string.Join(", ",
        from step in realm.AuthenticationFlows?.FirstOrDefault(flow => flow.Alias == alias)?.AuthenticationExecutions ?? []
        orderby step.Priority
        let config = realm.AuthenticatorConfig?.FirstOrDefault(config => config.Alias == step.AuthenticatorConfig)?.Config ?? []
        let settings = string.Join(' ', config.Select(setting => $"{setting.Key}={setting.Value}").Order())
        select step.Authenticator is null
            ? $"{step.Requirement} ({Describe(realm, step.FlowAlias)})"
            : $"{step.Requirement} {step.Authenticator} ({settings})");
}

/// <summary>A step: a form or a condition with its settings, or a subflow.</summary>
public sealed record LoginStep(
    int Priority, string Requirement, string? Authenticator = null, string? AuthenticatorConfig = null, string? FlowAlias = null);

/// <summary>The settings of a step.</summary>
public sealed record LoginStepConfig(string Alias, Dictionary<string, string> Config);
