using System.Text.Json.Serialization;
using AuthDemo.Web.Http;
using AuthDemo.Web.Lab.Scenarios;

namespace AuthDemo.Web.Lab.Answers;

/// <summary>
/// What one run of a scenario sent and what came back. Everything but <see cref="Expected"/> comes from that run's own response.
/// </summary>
public sealed record RunResult
{
    /// <summary>The scenario's id.</summary>
    public required string Scenario { get; init; }

    /// <summary>Who was logged in: one of <see cref="Login.Personas"/>, or somebody else's name.</summary>
    public required string Persona { get; init; }

    public required SentRequest Sent { get; init; }

    /// <summary>One of <see cref="Predictions"/>; null without a guess.</summary>
    public string? Predicted { get; init; }

    /// <summary>Null without a guess.</summary>
    public bool? PredictedRight { get; init; }

    public required int Status { get; init; }

    public required string StatusText { get; init; }

    /// <summary>The word for the refusal, from the problem details; null for a success.</summary>
    public string? Reason { get; init; }

    /// <summary>The first challenge; null without one.</summary>
    public Challenge? Challenge { get; init; }

    /// <summary>The whole <c>WWW-Authenticate</c> header; null without one.</summary>
    public string? ChallengeHeader { get; init; }

    /// <summary>The response's headers; cookies are not shown.</summary>
    public required IReadOnlyDictionary<string, string> Headers { get; init; }

    /// <summary>JSON is indented; at most 4000 characters.</summary>
    public required string Body { get; init; }

    /// <summary>Null for a success.</summary>
    public ProblemExplanation? Explained { get; init; }

    /// <summary>How far the request got.</summary>
    public required IReadOnlyList<LaneStep> Lane { get; init; }

    /// <summary>The tokens that were sent, as far as they can be read. For the page alone.</summary>
    public IReadOnlyList<DecodedToken> Tokens { get; init; } = [];

    /// <summary>The request as a command; null where one command does not do. For the page alone.</summary>
    public string? Curl { get; init; }

    /// <summary>32 hex digits.</summary>
    public string? TraceId { get; init; }

    /// <summary>Where the dashboard shows the trace; null where there is no dashboard.</summary>
    public string? TraceUrl { get; init; }

    /// <summary>What the table of scenarios expects; null for somebody who is not in it.</summary>
    public Expectation? Expected { get; init; }

    /// <summary>Null where nothing is expected.</summary>
    public bool? AsExpected { get; init; }

    /// <summary>What was put back afterwards; null where nothing had to be.</summary>
    public string? PutBack { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>Without what is for the page alone.</summary>
    public RunResult ForScripts() => this with { Tokens = [], Curl = null };

    /// <summary>Whether it says nothing about who asks or what they may: an outage, a limit, a request that was cut short.</summary>
    [JsonIgnore]
    public bool IsFault => Answers.Lane.IsFault(Status);

    /// <summary>The row of the table that this answer is; null where the table does not have it.</summary>
    public Expectation? StandardIn(Scenario scenario) =>
        scenario.Expected.Different().FirstOrDefault(e => e.Fits(Status, Reason, Challenge));

    /// <summary>Who decided, or null where the request went through to its end.</summary>
    [JsonIgnore]
    public LaneStep? StoppedAt => Lane.FirstOrDefault(step => step.Outcome is LaneStep.Stopped or LaneStep.Failed);

    /// <summary>The colour class: amber for authentication, rose for authorization, teal for allowed.</summary>
    public string Tone() => Status switch { 401 => "s401", 403 => "s403", < 300 when StoppedAt is null => "s2", _ => "s4" };

    /// <summary>The class of the status as a word.</summary>
    public string Word() => Tone() switch { "s401" => "who", "s403" => "may", "s2" => "yes", _ => "" };

    /// <summary>The outcome in a word or two: the reason of a refusal.</summary>
    public string Outcome() => Reason ?? Tone() switch { "s2" => "allowed", _ => StoppedAt?.Text ?? StatusText };
}
