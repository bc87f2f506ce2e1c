namespace AuthDemo.StandIn.Realms;

/// <summary>What claims can be written into.</summary>
public enum TokenKind
{
    Access,
    Id,
    UserInfo,
}

/// <summary>Who a token is about.</summary>
/// <param name="AuthTime">When the person logged in, in seconds since 1970; null for a service account.</param>
/// <param name="Level">How strongly; null for a service account.</param>
public sealed record Subject(User User, long? AuthTime, Level? Level);

/// <summary>One of Keycloak's protocol mappers, which turn a subject into a claim.</summary>
/// <param name="Value">The claim's value, or null for no claim.</param>
public sealed record ProtocolMapper(string Claim, IReadOnlySet<TokenKind> Kinds, Func<Subject, object?> Value)
{
    /// <summary>Reads a mapper of a realm file.</summary>
    /// <exception cref="SettingException">It is not known here: a claim that is silently missing would be found much later.</exception>
    internal static ProtocolMapper Read(MapperJson json, string owner)
    {
        var config = json.Config ?? [];
        string Setting(string name) => config.GetValueOrDefault(name) ?? "";

        var kinds = new HashSet<TokenKind>();
        if (Setting("access.token.claim") == "true") kinds.Add(TokenKind.Access);
        if (Setting("id.token.claim") == "true") kinds.Add(TokenKind.Id);
        if (Setting("userinfo.token.claim") == "true") kinds.Add(TokenKind.UserInfo);

        ProtocolMapper Map(string claim, Func<Subject, object?> value) => new(claim, kinds, value);
        switch (json.ProtocolMapper)
        {
            case "oidc-sub-mapper":
                return Map("sub", subject => subject.User.Id);
            case "oidc-acr-mapper":
                return Map("acr", subject => subject.Level?.Acr);
            case "oidc-amr-mapper":
                return Map("amr", subject => NullIfEmpty(subject.Level?.Amr ?? []));
            case "oidc-full-name-mapper":
                return Map("name", subject => FullName(subject.User));
            case "oidc-usermodel-attribute-mapper":
                return Map(Setting("claim.name"), Attribute(Setting("user.attribute"), owner));
            case "oidc-usermodel-realm-role-mapper":
                return Map(Setting("claim.name"), subject => NullIfEmpty(subject.User.Roles));
            case "oidc-group-membership-mapper" when Setting("full.path") != "false":
                return Map(Setting("claim.name"), subject => NullIfEmpty(subject.User.Groups));
            case "oidc-usersessionmodel-note-mapper" when Setting("user.session.note") == "AUTH_TIME":
                return Map(Setting("claim.name"), subject => subject.AuthTime);
            case "oidc-hardcoded-claim-mapper":
                var text = Setting("claim.value");
                return Map(Setting("claim.name"), _ => text);
            case "oidc-audience-mapper":
                var audience = Setting("included.client.audience") is { Length: > 0 } client ? client : Setting("included.custom.audience");
                return Map("aud", _ => audience);
            default:
                var settings = string.Join(", ", config.Select(setting => $"{setting.Key}={setting.Value}"));
                throw new SettingException(
                    $"{owner} uses the protocol mapper '{json.ProtocolMapper}' ({settings}), which the stand-in does not know.");
        }
    }

    private static Func<Subject, object?> Attribute(string name, string owner) => name switch
    {
        "username" => subject => subject.User.Username,
        "email" => subject => subject.User.Email,
        "firstName" => subject => subject.User.FirstName,
        "lastName" => subject => subject.User.LastName,
        _ => throw new SettingException($"{owner} maps the user attribute '{name}', which the stand-in does not know."),
    };

    private static string? FullName(User user) => $"{user.FirstName} {user.LastName}".Trim() is { Length: > 0 } name ? name : null;

    private static string[]? NullIfEmpty(string[] values) => values.Length > 0 ? values : null;
}
