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
    /// <exception cref="InvalidDataException">It is not known here: a claim that is silently missing would be found much later.</exception>
    internal static ProtocolMapper Read(MapperJson json, string owner)
    {
        // A setting that is off or empty changes nothing.
        var settings = (json.Config ?? []).Where(setting => setting.Value is not ("" or "false")).ToDictionary();
        var name = Take("claim.name");
        var type = Take("jsonType.label") ?? "String";
        var isList = Take("multivalued") is not null;
        var kinds = new HashSet<TokenKind>();
        if (Take("access.token.claim") is not null) kinds.Add(TokenKind.Access);
        if (Take("id.token.claim") is not null) kinds.Add(TokenKind.Id);
        if (Take("userinfo.token.claim") is not null) kinds.Add(TokenKind.UserInfo);
        Take("introspection.token.claim"); // there is no introspection here

        var mapper = json.ProtocolMapper switch
        {
            "oidc-usersessionmodel-note-mapper" when type == "long" && Take("user.session.note") == "AUTH_TIME" =>
                Map(name, subject => subject.AuthTime),
            _ when type != "String" => null,
            "oidc-sub-mapper" => Map("sub", subject => subject.User.Id),
            "oidc-acr-mapper" => Map("acr", subject => subject.Level?.Acr),
            "oidc-amr-mapper" => Map("amr", subject => NullIfEmpty(subject.Level?.Amr ?? [])),
            "oidc-full-name-mapper" => Map("name", subject => FullName(subject.User)),
            "oidc-usermodel-attribute-mapper" => Map(name, Attribute(Take("user.attribute") ?? "", owner)),
            "oidc-usermodel-realm-role-mapper" when isList => Map(name, subject => NullIfEmpty(subject.User.Roles)),
            "oidc-group-membership-mapper" when Take("full.path") is not null => Map(name, subject => NullIfEmpty(subject.User.Groups)),
            "oidc-hardcoded-claim-mapper" when Take("claim.value") is { } text => Map(name, _ => text),
            "oidc-audience-mapper" when (Take("included.client.audience") ?? Take("included.custom.audience")) is { } audience =>
                Map("aud", _ => audience),
            _ => null,
        };

        // A dot in a claim's name makes Keycloak nest it, unless a backslash stands before it.
        if (mapper is not null && settings.Count == 0 && mapper.Claim.IndexOfAny(['.', '\\']) < 0) return mapper;
        var all = string.Join(", ", (json.Config ?? []).Select(setting => $"{setting.Key}={setting.Value}"));
        throw new InvalidDataException(
            $"{owner} uses the protocol mapper '{json.ProtocolMapper}' ({all}), which the stand-in does not know.");

        string? Take(string setting) => settings.Remove(setting, out var value) ? value : null;
        ProtocolMapper Map(string? claim, Func<Subject, object?> value) => new(claim ?? "", kinds, value);
    }

    private static Func<Subject, object?> Attribute(string name, string owner) => name switch
    {
        "username" => subject => subject.User.Username,
        "email" => subject => subject.User.Email,
        "firstName" => subject => subject.User.FirstName,
        "lastName" => subject => subject.User.LastName,
        _ => throw new InvalidDataException($"{owner} maps the user attribute '{name}', which the stand-in does not know."),
    };

    private static string? FullName(User user) => $"{user.FirstName} {user.LastName}".Trim() is { Length: > 0 } name ? name : null;

    private static string[]? NullIfEmpty(string[] values) => values.Length > 0 ? values : null;
}
