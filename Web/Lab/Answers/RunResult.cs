using System.Text.Json;
using AuthDemo.Web.Http;
using AuthDemo.Web.Lab.Scenarios;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;

namespace AuthDemo.Web.Lab.Answers;

/// <summary>What one run of a scenario got as its answer, as it is stored: all that the page says about it is read from this.</summary>
/// <param name="ScenarioId">What was run.</param>
/// <param name="Persona">Who was logged in: one of <see cref="Login.Personas"/>, or somebody else's name.</param>
/// <param name="Guess">One of <see cref="Guesses"/>; null without one.</param>
/// <param name="Headers">The response's headers; cookies are not shown.</param>
/// <param name="Body">JSON is indented; at most 4000 characters.</param>
/// <param name="Problem">The explanation of a refusal (RFC 9457); null for a success.</param>
/// <param name="Curl">The request as a command; null where one command does not do.</param>
/// <param name="TraceId">32 hex digits.</param>
public sealed record RunResult(
    string ScenarioId,
    string Persona,
    string? Guess,
    int Status,
    IReadOnlyDictionary<string, string[]> Headers,
    string Body,
    ProblemDetails? Problem,
    string? Curl,
    string? TraceId,
    DateTimeOffset At)
{
    /// <summary>The tokens that were sent, as far as they can be read.</summary>
    public IReadOnlyList<DecodedToken> Tokens { get; init; } = [];

    /// <summary>What was put back afterwards; null where nothing had to be.</summary>
    public string? PutBack { get; init; }

    internal Scenario Scenario => ScenarioTable.Find(ScenarioId)!;

    internal string StatusText => ReasonPhrases.GetReasonPhrase(Status);

    /// <summary>Null without a guess.</summary>
    internal bool? GuessedRight => Guess is null ? null : Guess == $"{Status}" || (Guess == "2xx" && Status is >= 200 and < 300);

    /// <summary>The word for the refusal; null for a success.</summary>
    internal string? Reason => Explanation("reason")?.ToString();

    /// <summary>The first challenge; null without one.</summary>
    internal Challenge? Challenge => ChallengeHeader is { } header && Http.Challenge.Parse(header) is [var first, ..] ? first : null;

    internal string? ChallengeHeader => Headers.TryGetValue("WWW-Authenticate", out var values) ? string.Join(", ", values) : null;

    /// <summary>What the table of scenarios expects; null for somebody who is not in it.</summary>
    internal Expectation? Expected => Scenario.Expected.For(Persona);

    /// <summary>Null where nothing is expected.</summary>
    internal bool? AsExpected => Expected?.Fits(Status, Reason, Challenge);

    /// <summary>The row of the table that this answer is, whoever got it; null where the table does not have it.</summary>
    internal Expectation? Standard => Scenario.Expected.Different().FirstOrDefault(row => row.Fits(Status, Reason, Challenge));

    /// <summary>Whether it says nothing about who asks or what they may: an outage, a limit, a request that was cut short.</summary>
    internal bool IsFault => Status is >= 500 or 408 or 413 or 429;

    /// <summary>Who decided, or null where the request went through to its end.</summary>
    internal LaneStep? StoppedAt => Lane.Of(this).FirstOrDefault(step => step.Outcome is LaneStep.Stopped or LaneStep.Failed);

    /// <summary>The colour class: amber for authentication, rose for authorization, teal for allowed.</summary>
    internal string Tone => Status switch { 401 => "s401", 403 => "s403", < 300 when StoppedAt is null => "s2", _ => "s4" };

    /// <summary>The class of the status as a word.</summary>
    internal string Word => Tone switch { "s401" => "who", "s403" => "may", "s2" => "yes", _ => "" };

    /// <summary>The outcome in a word or two: the reason of a refusal.</summary>
    internal string Outcome => Reason ?? (Tone == "s2" ? "allowed" : StoppedAt?.Text ?? StatusText);

    /// <summary>A member of the problem details besides those of RFC 9457; null where the answer lacks it.</summary>
    internal JsonElement? Explanation(string name) =>
        Problem?.Extensions.TryGetValue(name, out var value) == true && value is JsonElement { ValueKind: not JsonValueKind.Null } json
            ? json
            : null;
}

/// <summary>What can be guessed: the same choices for every scenario, so that they give nothing away.</summary>
internal static class Guesses
{
    public static IReadOnlyList<string> All { get; } = ["2xx", "302", "400", "401", "403", "404"];

    /// <summary>The choices of the story.</summary>
    public static IReadOnlyList<string> OfStory { get; } = ["401", "403", "204"];
}
