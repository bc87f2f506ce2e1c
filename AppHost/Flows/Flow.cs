using System.Text.Json;

namespace AuthDemo.AppHost.Flows;

/// <summary>One run of a scenario, as the lab's JSON tells it.</summary>
/// <param name="Persona">Who ran it.</param>
/// <param name="Reason">The word for the refusal; null for a success.</param>
/// <param name="ChallengeHeader">The <c>WWW-Authenticate</c> header; null without one.</param>
/// <param name="Expected">What the lab expected; null where it expects nothing.</param>
/// <param name="AsExpected">Whether the answer is the expected one; null where nothing is expected.</param>
/// <param name="TraceUrl">Its trace in the dashboard; null where there is none.</param>
internal sealed record Flow(
    string Scenario,
    string Persona,
    int Status,
    string? Reason,
    string? ChallengeHeader,
    ExpectedAnswer? Expected,
    bool? AsExpected,
    string? TraceUrl)
{
    public static Flow Read(JsonElement run) => run.Deserialize<Flow>(JsonSerializerOptions.Web)!;

    public string Answer => $"{Status} {Reason}".TrimEnd();
}

internal sealed record ExpectedAnswer(int Status, string? Reason, string? Challenge)
{
    public string Answer => $"{Status} {Reason}".TrimEnd();
}
