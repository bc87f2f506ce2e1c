using System.Text.Json.Serialization;

namespace AuthDemo.StandIn.Realms;

/// <summary>The settings that add a mapper's claim to a kind of token.</summary>
public static class TokenKind
{
    public const string Access = "access.token.claim";
    public const string Id = "id.token.claim";
    public const string UserInfo = "userinfo.token.claim";
}

/// <summary>The subject of a token.</summary>
/// <param name="AuthTime">When the user logged in, in Unix time; null for a service account.</param>
/// <param name="Level">The level of the login; null for a service account.</param>
public sealed record Subject(User User, string[] Roles, long? AuthTime, Level? Level);

/// <summary>A protocol mapper of Keycloak, which adds a claim to tokens.</summary>
public sealed record ProtocolMapper([property: JsonPropertyName("protocolMapper")] string Type, Dictionary<string, string> Config)
{
    private const string ClaimName = "claim.name";
    private const string ClientAudience = "included.client.audience";
    private const string CustomAudience = "included.custom.audience";
    private const string FixedValue = "claim.value";

    /// <summary>Settings that every mapper may have.</summary>
    private static readonly string[] Common =
        [TokenKind.Access, TokenKind.Id, TokenKind.UserInfo, "introspection.token.claim", ClaimName]; // no introspection endpoint here

    /// <summary>Settings that may have any value.</summary>
    private static readonly string[] Free = [ClientAudience, CustomAudience, FixedValue];

    /// <summary>The supported mappers with their settings: the claim's name, if it is fixed, and its value.</summary>
    private static readonly Dictionary<string, (string? Claim, Func<ProtocolMapper, Subject, object?> Value)> Known = new()
    {
        ["oidc-sub-mapper"] = ("sub", (_, subject) => subject.User.Subject),
        ["oidc-acr-mapper"] = ("acr", (_, subject) => subject.Level?.Acr),
        ["oidc-amr-mapper"] = ("amr", (_, subject) => subject.Level?.Amr),
        ["oidc-full-name-mapper"] = ("name", (_, subject) => $"{subject.User.FirstName} {subject.User.LastName}".Trim()),
        ["oidc-usermodel-attribute-mapper user.attribute=username"] = (null, (_, subject) => subject.User.Username),
        ["oidc-usermodel-attribute-mapper user.attribute=email"] = (null, (_, subject) => subject.User.Email),
        ["oidc-usermodel-realm-role-mapper multivalued=true"] = (null, (_, subject) => subject.Roles),
        ["oidc-group-membership-mapper full.path=true"] = (null, (_, subject) => subject.User.Groups),
        ["oidc-usersessionmodel-note-mapper jsonType.label=long user.session.note=AUTH_TIME"] = (null, (_, subject) => subject.AuthTime),
        [$"oidc-hardcoded-claim-mapper {FixedValue}"] = (null, (mapper, _) => mapper.Config[FixedValue]),
        [$"oidc-audience-mapper {ClientAudience}"] = ("aud", (mapper, _) => mapper.Config[ClientAudience]),
        [$"oidc-audience-mapper {CustomAudience}"] = ("aud", (mapper, _) => mapper.Config[CustomAudience]),
    };

    /// <summary>The claim's name; null if the mapper or one of its settings is not supported.</summary>
    public string? Claim =>
        // Keycloak creates nested claims for a dot that is not escaped with a backslash.
        Known.TryGetValue(Description, out var known) && (known.Claim ?? Config.GetValueOrDefault(ClaimName)) is { Length: > 0 } name
            && name.IndexOfAny(['.', '\\']) < 0 ? name : null;

    private string Description => string.Join(' ', Config
        // Settings that are off or empty have no effect.
        .Where(setting => setting is not ({ Value: "" or "false" } or { Key: "jsonType.label", Value: "String" }))
        .Where(setting => !Common.Contains(setting.Key))
        .Select(setting => Free.Contains(setting.Key) ? setting.Key : $"{setting.Key}={setting.Value}")
        .Order(StringComparer.Ordinal).Prepend(Type));

    public override string ToString() => $"'{Type}' ({string.Join(", ", Config.Select(setting => $"{setting.Key}={setting.Value}"))})";

    public bool WritesInto(string tokenKind) => Config.GetValueOrDefault(tokenKind) == "true";

    /// <summary>The claim's value for a subject; null for no claim.</summary>
    public object? ValueFor(Subject subject) =>
        Known[Description].Value(this, subject) is var value and not ("" or string[] { Length: 0 }) ? value : null;
}
