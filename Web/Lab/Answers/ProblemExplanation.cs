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
}
