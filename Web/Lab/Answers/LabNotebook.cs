using System.Text.Json.Serialization;
using AuthDemo.Web.Lab.Credentials;
using AuthDemo.Web.Lab.Scenarios;
using AuthDemo.Web.Login;

namespace AuthDemo.Web.Lab.Answers;

/// <summary>What one browser has seen in the lab, whoever it was logged in as. It is stored as JSON between two requests.</summary>
public sealed class LabNotebook
{
    /// <summary>The session that was logged out last.</summary>
    [JsonInclude]
    internal EndedSession? EndedSession { get; set; }

    /// <summary>Why the last run could not be made; the page says it once.</summary>
    [JsonInclude]
    internal string? Problem { get; set; }

    [JsonInclude]
    internal Dictionary<string, RunResult> Results { get; init; } = [];

    /// <summary>Whether the first guess was right.</summary>
    [JsonInclude]
    internal Dictionary<string, bool> FirstGuesses { get; init; } = [];

    /// <summary>What came back when the persona ran the scenario last; null before.</summary>
    public RunResult? Find(Scenario scenario, string persona) => Results.GetValueOrDefault(KeyOf(scenario, persona));

    /// <summary>Whether anybody has seen an answer to it.</summary>
    public bool HasAnswer(Scenario scenario) => Results.Values.Any(result => result.Scenario == scenario.Id);

    /// <summary>Whether the first guess was right; null without one.</summary>
    public bool? FirstGuess(Scenario scenario, string persona) =>
        FirstGuesses.TryGetValue(KeyOf(scenario, persona), out var right) ? right : null;

    public Score ScoreOf(IEnumerable<Scenario> scenarios)
    {
        bool[] guesses =
        [
            .. from scenario in scenarios
               from persona in scenario.DependsOnPersona ? Personas.All : [Personas.Nobody]
               where FirstGuesses.ContainsKey(KeyOf(scenario, persona))
               select FirstGuesses[KeyOf(scenario, persona)],
        ];
        return new Score(guesses.Count(right => right), guesses.Length);
    }

    internal void Add(Scenario scenario, RunResult result)
    {
        var key = KeyOf(scenario, result.Persona);
        if (result.PredictedRight is { } right && !Results.ContainsKey(key)) FirstGuesses.TryAdd(key, right);
        Results[key] = result;
    }

    internal void StartOver()
    {
        Results.Clear();
        FirstGuesses.Clear();
        EndedSession = null;
    }

    private static string KeyOf(Scenario scenario, string persona) =>
        scenario.DependsOnPersona ? $"{scenario.Id} {persona}" : scenario.Id;
}
