using System.Globalization;
using System.Text.Json;

namespace AuthDemo.Web.Lab.Answers;

/// <summary>The explanation in a refusal's problem details (RFC 9457), each part null where the answer lacks it.</summary>
/// <param name="Hint">What helps.</param>
/// <param name="DecidedBy">authentication, authorization or endpoint: a station of the <see cref="Lane"/>.</param>
/// <param name="Required">What the policy wanted.</param>
/// <param name="Actual">What it found.</param>
public sealed record ProblemExplanation(
    string? Title, string? Detail, string? Hint, string? DecidedBy, string? Policy, JsonElement? Required, JsonElement? Actual)
{
    internal static ProblemExplanation? Read(JsonElement? problem) => problem is not { ValueKind: JsonValueKind.Object } p ? null : new(
        Text(p, "title"), Text(p, "detail"), Text(p, "hint"), Text(p, "decidedBy"), Text(p, "policy"),
        Object(p, "required"), Object(p, "actual"));

    internal static string? Text(JsonElement problem, string name) =>
        problem.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static JsonElement? Object(JsonElement problem, string name) =>
        problem.TryGetProperty(name, out var value) && value.ValueKind is not JsonValueKind.Null ? value.Clone() : null;

    /// <summary>What a policy asked for or found, in words: <c>{"role":"admin"}</c> reads as the role admin.</summary>
    internal static string InWords(JsonElement value, DateTimeOffset at) => value.ValueKind != JsonValueKind.Object
        ? List(value)
        : string.Join("; ",
            from property in value.EnumerateObject()
            where property.Value.ValueKind != JsonValueKind.Null
            select Tell(property.Name, property.Value, at));

    private static string Tell(string name, JsonElement value, DateTimeOffset at) => name switch
    {
        "owner" => value.ValueKind == JsonValueKind.True ? "its owner" : "somebody else",
        "network" => $"a caller on the {value} network",
        "address" => $"a caller at {value}",
        "maxAge" => $"a login at most {value} s old",
        "authenticatedAt" when value.ValueKind == JsonValueKind.String
            && DateTimeOffset.TryParse(value.GetString(), CultureInfo.InvariantCulture, out var login) =>
            $"a login {Math.Floor((at - login).TotalSeconds):0} s old",
        _ when value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 0 => $"no {name}",
        "roles" or "groups" or "scopes" when value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 1 =>
            $"the {name[..^1]} {List(value)}",
        _ => $"the {name} {List(value)}",
    };

    private static string List(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array ? string.Join(", ", value.EnumerateArray()) : value.ToString();
}
