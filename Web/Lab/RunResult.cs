using System.Text.Json;

namespace AuthDemo.Web.Lab;

/// <summary>What one run of a scenario sent and what came back. Everything but <see cref="Expected"/> comes from that run's own response.</summary>
public sealed record RunResult
{
    /// <summary>The scenario's id.</summary>
    public required string Scenario { get; init; }

    /// <summary>Who was logged in: a name of <see cref="Personas"/>, or somebody else's.</summary>
    public required string Persona { get; init; }

    /// <summary>What was sent.</summary>
    public required SentRequest Sent { get; init; }

    /// <summary>What the person thought would come back: one of <see cref="Predictions"/>; null without a guess.</summary>
    public string? Predicted { get; init; }

    /// <summary>Whether the guess was right; null without one.</summary>
    public bool? PredictedRight { get; init; }

    /// <summary>The status code that came back.</summary>
    public required int Status { get; init; }

    /// <summary>Its name.</summary>
    public required string StatusText { get; init; }

    /// <summary>The word for the refusal, from the problem details; null for a success.</summary>
    public string? Reason { get; init; }

    /// <summary>The first challenge; null without one.</summary>
    public Challenge? Challenge { get; init; }

    /// <summary>The whole <c>WWW-Authenticate</c> header; null without one.</summary>
    public string? ChallengeHeader { get; init; }

    /// <summary>The response's headers; cookies are not shown.</summary>
    public required IReadOnlyDictionary<string, string> Headers { get; init; }

    /// <summary>The response's body, JSON indented, at most 4000 characters.</summary>
    public required string Body { get; init; }

    /// <summary>What the problem details explain (RFC 9457); null for a success.</summary>
    public ProblemExplanation? Explained { get; init; }

    /// <summary>How far the request got.</summary>
    public required IReadOnlyList<LaneStep> Lane { get; init; }

    /// <summary>The trace of this run, 32 hex digits.</summary>
    public string? TraceId { get; init; }

    /// <summary>Where the dashboard shows it; null where there is no dashboard.</summary>
    public string? TraceUrl { get; init; }

    /// <summary>What the table of scenarios expects; null for somebody who is not in it.</summary>
    public Expectation? Expected { get; init; }

    /// <summary>Whether the answer is the expected one; null where nothing is expected.</summary>
    public bool? AsExpected { get; init; }

    /// <summary>What was put back afterwards; null where nothing had to be.</summary>
    public string? PutBack { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The colour class: amber for authentication, rose for authorization, teal for allowed.</summary>
    public string Tone() => Status switch { 401 => "s401", 403 => "s403", < 300 => "s2", _ => "s4" };

    /// <summary>The class of the status as a word.</summary>
    public string Word() => Status switch { 401 => "who", 403 => "may", < 300 => "yes", _ => "" };
}

/// <summary>The request as the page shows it: credentials by name only.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Url">Its path.</param>
/// <param name="Headers">The header lines that matter.</param>
public sealed record SentRequest(string Method, string Url, IReadOnlyList<string> Headers);

/// <summary>The explanation in a refusal's problem details, each part null where the answer lacks it.</summary>
/// <param name="Title">What kind of refusal.</param>
/// <param name="Detail">What happened.</param>
/// <param name="Hint">What helps.</param>
/// <param name="DecidedBy">authentication, authorization or endpoint.</param>
/// <param name="Policy">The policy that decided.</param>
/// <param name="Required">What it wanted.</param>
/// <param name="Actual">What it found.</param>
public sealed record ProblemExplanation(string? Title, string? Detail, string? Hint, string? DecidedBy, string? Policy, JsonElement? Required, JsonElement? Actual)
{
    internal static ProblemExplanation? Read(JsonElement? problem) => problem is not { ValueKind: JsonValueKind.Object } p ? null : new(
        Text(p, "title"), Text(p, "detail"), Text(p, "hint"), Text(p, "decidedBy"), Text(p, "policy"), Object(p, "required"), Object(p, "actual"));

    internal static string? Text(JsonElement problem, string name) =>
        problem.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static JsonElement? Object(JsonElement problem, string name) =>
        problem.TryGetProperty(name, out var value) && value.ValueKind is not JsonValueKind.Null ? value.Clone() : null;
}

/// <summary>What can be predicted: the same choices for every scenario, so that they give nothing away.</summary>
internal static class Predictions
{
    public static IReadOnlyList<string> All { get; } = ["2xx", "302", "400", "401", "403", "404"];

    public static bool? IsRight(string? predicted, int status) =>
        predicted is null ? null : predicted == (status is >= 200 and < 300 ? "2xx" : $"{status}");
}
