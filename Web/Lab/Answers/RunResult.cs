using System.Text.Json;
using AuthDemo.Web.Http;
using AuthDemo.Web.Lab.Scenarios;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;

namespace AuthDemo.Web.Lab.Answers;

/// <summary>The stored result of a run. The page shows nothing else.</summary>
/// <param name="ScenarioId">The scenario.</param>
/// <param name="Persona">The user: one of <see cref="Login.Personas"/>, or another name.</param>
/// <param name="Guess">One of <see cref="Guesses"/>; null if there was none.</param>
/// <param name="Headers">The response headers, without the values of cookies.</param>
/// <param name="Body">The body, at most 4000 characters; JSON is indented.</param>
/// <param name="Problem">The problem details (RFC 9457); null for a success.</param>
/// <param name="Curl">The request as a curl command; null if a single command cannot send it.</param>
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
    /// <summary>The tokens that were sent, as far as they could be decoded.</summary>
    public IReadOnlyList<DecodedToken> Tokens { get; init; } = [];

    /// <summary>What was restored afterwards; null if nothing was.</summary>
    public string? PutBack { get; init; }

    internal Scenario Scenario => ScenarioTable.Find(ScenarioId)!;

    internal string StatusText => ReasonPhrases.GetReasonPhrase(Status);

    /// <summary>Null if there was no guess.</summary>
    internal bool? GuessedRight => Guess is null ? null : Guess == $"{Status}" || (Guess == "2xx" && Status is >= 200 and < 300);

    /// <summary>The reason of a rejection; null for a success.</summary>
    internal string? Reason => Explanation("reason")?.ToString();

    /// <summary>The first challenge; null if there is none.</summary>
    internal Challenge? Challenge => ChallengeHeader is { } header && Http.Challenge.Parse(header) is [var first, ..] ? first : null;

    internal string? ChallengeHeader => Headers.TryGetValue("WWW-Authenticate", out var values) ? string.Join(", ", values) : null;

    /// <summary>The expected result; null for a user who is not a persona.</summary>
    internal Expectation? Expected => Scenario.Expected.For(Persona);

    /// <summary>Null if nothing is expected.</summary>
    internal bool? AsExpected => Expected?.Fits(Status, Reason, Challenge);

    /// <summary>The expectation that matches, for any persona; null if none does.</summary>
    internal Expectation? Standard => Scenario.Expected.Different().FirstOrDefault(row => row.Fits(Status, Reason, Challenge));

    /// <summary>Whether the response says nothing about the caller: an outage, a rate limit, an incomplete request.</summary>
    internal bool IsFault => Status is >= 500 or 408 or 413 or 429;

    /// <summary>The station that stopped the request; null if it reached the endpoint.</summary>
    internal LaneStep? StoppedAt => Lane.Of(this).FirstOrDefault(step => step.Outcome is LaneStep.Stopped or LaneStep.Failed);

    /// <summary>The CSS class for the colour: amber for authentication, rose for authorization, teal for allowed.</summary>
    internal string Tone => Status switch { 401 => "s401", 403 => "s403", < 300 when StoppedAt is null => "s2", _ => "s4" };

    /// <summary>The CSS class for the status.</summary>
    internal string Word => Tone switch { "s401" => "who", "s403" => "may", "s2" => "yes", _ => "" };

    /// <summary>The reason or a short outcome.</summary>
    internal string Outcome => Reason ?? (Tone == "s2" ? "allowed" : StoppedAt?.Text ?? StatusText);

    /// <summary>An extension member of the problem details; null if it is missing.</summary>
    internal JsonElement? Explanation(string name) =>
        Problem?.Extensions.TryGetValue(name, out var value) == true && value is JsonElement { ValueKind: not JsonValueKind.Null } json
            ? json
            : null;
}

/// <summary>The choices for a guess, the same for every scenario, so that they reveal nothing.</summary>
internal static class Guesses
{
    public static IReadOnlyList<string> All { get; } = ["2xx", "302", "400", "401", "403", "404"];

    /// <summary>The choices on the home page.</summary>
    public static IReadOnlyList<string> OfStory { get; } = ["401", "403", "204"];
}
