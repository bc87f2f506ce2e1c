using System.Text.Json;

namespace AuthDemo.StandIn.Realms;

/// <summary>Reads the login flow of a realm file: which levels of authentication it has.</summary>
internal sealed class LoginFlow(RealmJson json, string file)
{
    /// <summary>The shape that the stand-in can follow: a session, or a password at level 1 and a one-time code at level 2.</summary>
    private const string KnownShape =
        "ALTERNATIVE auth-cookie, ALTERNATIVE ("
        + "CONDITIONAL (REQUIRED conditional-level-of-authentication, REQUIRED auth-username-password-form), "
        + "CONDITIONAL (REQUIRED conditional-level-of-authentication, REQUIRED auth-otp-form))";

    /// <exception cref="InvalidDataException">The flow is another than the stand-in can follow.</exception>
    public Levels ReadLevels()
    {
        // Keycloak's own flow, with the names that it gives.
        if (json.BrowserFlow is null or "browser")
            return new(new Level("1", [], TimeSpan.MaxValue), Code: null, SingleSignOn: new Level("0", [], TimeSpan.MaxValue));

        if (ShapeOf(json.BrowserFlow) != KnownShape
            || LeavesOf(json.BrowserFlow).ToList() is not [_, var passwordLevel, var passwordForm, var codeLevel, var codeForm])
        {
            throw Fail("is not known to the stand-in: it has to be 'cookie, or password at level 1 and one-time code at level 2'");
        }

        var password = ReadLevel(1, passwordLevel, passwordForm, []);
        if (password.MaxAge < TimeSpan.FromSeconds(json.SsoSessionMaxLifespan))
            throw Fail("has a loa-max-age of level 1 below ssoSessionMaxLifespan, which the stand-in does not know");
        return new(password, ReadLevel(2, codeLevel, codeForm, password.Amr), SingleSignOn: null);
    }

    private Level ReadLevel(int number, ExecutionJson condition, ExecutionJson form, string[] amrBelow)
    {
        var (level, reference) = (ConfigOf(condition), ConfigOf(form));
        if (level.GetValueOrDefault("loa-condition-level") != $"{number}") throw Fail($"does not ask for level {number} in step {number}");
        var maxAge = level.GetValueOrDefault("loa-max-age");
        if (!int.TryParse(maxAge, out var seconds)) throw Fail($"has no loa-max-age at level {number}");

        var amr = amrBelow;
        if (reference.GetValueOrDefault("default.reference.value") is { Length: > 0 } method)
        {
            if (reference.GetValueOrDefault("default.reference.maxAge") != maxAge)
                throw Fail($"has a default.reference.maxAge of '{method}' that is not the loa-max-age of its level");
            amr = [.. amr, method];
        }

        return new(NameOf(number), amr, TimeSpan.FromSeconds(seconds));
    }

    /// <summary>The <c>acr</c> of a level: its name in <c>acr.loa.map</c>, or its number.</summary>
    private string NameOf(int level)
    {
        var map = json.Attributes?.GetValueOrDefault("acr.loa.map") ?? "{}";
        return JsonSerializer.Deserialize<Dictionary<string, int>>(map)!.FirstOrDefault(name => name.Value == level).Key ?? $"{level}";
    }

    private string ShapeOf(string? flow) => string.Join(", ", ExecutionsOf(flow).Select(execution =>
        $"{execution.Requirement} {execution.Authenticator ?? $"({ShapeOf(execution.FlowAlias)})"}"));

    private IEnumerable<ExecutionJson> LeavesOf(string? flow) =>
        ExecutionsOf(flow).SelectMany(execution => execution.Authenticator is null ? LeavesOf(execution.FlowAlias) : [execution]);

    private IEnumerable<ExecutionJson> ExecutionsOf(string? flow) =>
        json.AuthenticationFlows?.FirstOrDefault(candidate => candidate.Alias == flow)?.AuthenticationExecutions
            .OrderBy(execution => execution.Priority) ?? throw Fail($"needs a flow '{flow}', which the realm does not define");

    private Dictionary<string, string> ConfigOf(ExecutionJson execution) =>
        json.AuthenticatorConfig?.FirstOrDefault(config => config.Alias == execution.AuthenticatorConfig)?.Config ?? [];

    private InvalidDataException Fail(string problem) => new($"{file}: the browserFlow '{json.BrowserFlow}' {problem}.");
}
