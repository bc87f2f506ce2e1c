using AuthDemo.Web.Lab.Credentials;
using AuthDemo.Web.Lab.Scenarios;
using AuthDemo.Web.Login;

namespace AuthDemo.Web.Lab.Answers;

/// <summary>What one browser has seen in the lab, whoever it was logged in as.</summary>
public sealed class LabNotebook
{
    private readonly Dictionary<(string Scenario, string Persona), RunResult> results = [];
    private readonly Dictionary<(string Scenario, string Persona), bool> firstGuesses = [];

    public LabNotebook()
    {
    }

    internal LabNotebook(SavedNotebook saved)
    {
        foreach (var answer in saved.Answers)
            results[(answer.Scenario, answer.Persona)] = answer.Result with { Tokens = answer.Tokens, Curl = answer.Curl };
        foreach (var guess in saved.FirstGuesses) firstGuesses[(guess.Scenario, guess.Persona)] = guess.IsRight;
        (EndedSession, Problem) = (saved.EndedSession, saved.Problem);
    }

    /// <summary>The session that was logged out last.</summary>
    internal EndedSession? EndedSession { get; set; }

    /// <summary>Why the last run could not be made; the page says it once.</summary>
    internal string? Problem { get; set; }

    /// <summary>What came back when the persona ran the scenario last; null before.</summary>
    public RunResult? Find(Scenario scenario, string persona) => results.GetValueOrDefault(KeyOf(scenario, persona));

    /// <summary>Whether anybody has seen an answer to it.</summary>
    public bool HasAnswer(Scenario scenario) => results.Keys.Any(key => key.Scenario == scenario.Id);

    /// <summary>Whether the first guess was right; null without one.</summary>
    public bool? FirstGuess(Scenario scenario, string persona) =>
        firstGuesses.TryGetValue(KeyOf(scenario, persona), out var right) ? right : null;

    public Score ScoreOf(IEnumerable<Scenario> scenarios)
    {
        var ids = scenarios.Select(s => s.Id).ToHashSet();
        var guesses = firstGuesses.Where(guess => ids.Contains(guess.Key.Scenario)).Select(guess => guess.Value).ToArray();
        return new Score(guesses.Count(right => right), guesses.Length);
    }

    internal void Add(Scenario scenario, RunResult result)
    {
        var key = KeyOf(scenario, result.Persona);
        if (result.PredictedRight is { } right && !results.ContainsKey(key)) firstGuesses.TryAdd(key, right);
        results[key] = result;
    }

    internal void StartOver()
    {
        results.Clear();
        firstGuesses.Clear();
        EndedSession = null;
    }

    private static (string Scenario, string Persona) KeyOf(Scenario scenario, string persona) =>
        (scenario.Id, scenario.DependsOnPersona ? persona : Personas.Nobody);

    internal SavedNotebook Save() => new(
        [.. results.Select(r => new SavedNotebook.Answer(r.Key.Scenario, r.Key.Persona, r.Value, r.Value.Tokens, r.Value.Curl))],
        [.. firstGuesses.Select(guess => new SavedNotebook.Guess(guess.Key.Scenario, guess.Key.Persona, guess.Value))],
        EndedSession,
        Problem);
}
