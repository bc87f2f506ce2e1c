using System.Text.Json.Serialization;

namespace AuthDemo.Api.Refusals;

// What a requirement needed and what was there instead: as JSON in the response, in words on the span.

internal sealed record RequiredRole(string Role)
{
    public override string ToString() => $"role {Role}";
}

internal sealed record RequiredGroup(string? Group)
{
    public override string ToString() => $"group {Group}";
}

internal sealed record RequiredScope(string Scope)
{
    public override string ToString() => $"scope {Scope}";
}

/// <param name="MaxAge">The greatest age of a login, in seconds.</param>
internal sealed record RequiredLogin(int MaxAge)
{
    public override string ToString() => $"a login at most {MaxAge} s old";
}

internal sealed record RequiredNetwork(string Network)
{
    public override string ToString() => $"the {Network} network";
}

/// <param name="Owner">Always true: the JSON says so.</param>
/// <param name="Role">The role that does instead; null for none.</param>
internal sealed record RequiredOwner(bool Owner, string? Role)
{
    public override string ToString() => Role is null ? "the owner" : $"the owner or role {Role}";
}

/// <summary>What a token would have had to say. Only the member that was missed is set.</summary>
internal sealed record RequiredToken
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IEnumerable<string>? Algorithms { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Type { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Issuer { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Audience { get; init; }
}

internal sealed record ActualRoles(IReadOnlyList<string> Roles)
{
    public override string ToString() => Words.List("roles", Roles);
}

internal sealed record ActualGroups(IReadOnlyList<string> Groups)
{
    public override string ToString() => Words.List("groups", Groups);
}

internal sealed record ActualScopes(IReadOnlyList<string> Scopes)
{
    public override string ToString() => Words.List("scopes", Scopes);
}

internal sealed record ActualLogin(DateTimeOffset? AuthenticatedAt, [property: JsonIgnore] TimeSpan? Age)
{
    public override string ToString() => Age switch
    {
        null => "no login time",
        { Ticks: < 0 } => "a login in the future",
        { TotalSeconds: var seconds } => $"a login of {(long)seconds} s ago",
    };
}

internal sealed record ActualAddress(string? Address)
{
    public override string ToString() => $"address {Address ?? "unknown"}";
}

/// <param name="Owner">Always false: the JSON says so.</param>
/// <param name="Roles">The caller's roles.</param>
internal sealed record ActualOwner(bool Owner, IReadOnlyList<string> Roles)
{
    public override string ToString() => $"{Words.List("roles", Roles)}, and is not the owner";
}

file static class Words
{
    public static string List(string name, IReadOnlyList<string> values) =>
        values.Count == 0 ? $"no {name}" : $"{name} {string.Join(", ", values)}";
}
