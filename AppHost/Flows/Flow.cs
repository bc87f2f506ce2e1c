using System.Text.Json;

namespace AuthDemo.AppHost.Flows;

/// <summary>One run of a scenario, as the lab tells it.</summary>
/// <param name="Scenario">The scenario's id.</param>
/// <param name="Person">Who ran it.</param>
internal sealed record Flow(string Scenario, string Person)
{
    public required FlowAnswer Answer { get; init; }

    /// <summary>What the lab expected; null where it expects nothing.</summary>
    public FlowAnswer? Expected { get; init; }

    /// <summary>Whether the answer is the expected one; null where nothing is expected.</summary>
    public bool? AsExpected { get; init; }

    /// <param name="run">The lab's JSON.</param>
    public static Flow Read(JsonElement run) => new(Text(run, "scenario")!, Text(run, "persona")!)
    {
        Answer = FlowAnswer.Read(run, challenge: "challengeHeader"),
        Expected = Find(run, "expected") is { } expected ? FlowAnswer.Read(expected, challenge: "challenge") : null,
        AsExpected = Find(run, "asExpected")?.GetBoolean(),
    };

    internal static JsonElement? Find(JsonElement json, string member) =>
        json.TryGetProperty(member, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    internal static string? Text(JsonElement json, string member) => Find(json, member)?.GetString();
}
