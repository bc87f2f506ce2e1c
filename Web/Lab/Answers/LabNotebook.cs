using System.Collections.Concurrent;
using System.Globalization;
using AuthDemo.Web.Lab.Credentials;
using AuthDemo.Web.Lab.Scenarios;
using AuthDemo.Web.Login;
using Microsoft.AspNetCore.Authentication;

namespace AuthDemo.Web.Lab.Answers;

/// <summary>What one browser has seen in the lab, whoever it was logged in as.</summary>
public sealed class LabNotebook
{
    private readonly ConcurrentDictionary<(string Scenario, string Persona), RunResult> results = new();
    private readonly ConcurrentDictionary<(string Scenario, string Persona), bool> firstGuesses = new();

    /// <summary>The session that was logged out last.</summary>
    internal EndedSession? EndedSession { get; private set; }

    /// <summary>Why the last run could not be made; the page says it once.</summary>
    internal string? Problem { private get; set; }

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

    internal string? TakeProblem()
    {
        var problem = Problem;
        Problem = null;
        return problem;
    }

    internal void StartOver()
    {
        results.Clear();
        firstGuesses.Clear();
        EndedSession = null;
    }

    private static (string Scenario, string Persona) KeyOf(Scenario scenario, string persona) =>
        (scenario.Id, scenario.DependsOnPersona ? persona : Personas.Nobody);

    internal async Task KeepEndedSessionAsync(HttpContext http)
    {
        if (await http.GetTokenAsync("access_token") is { } token
            && DateTimeOffset.TryParse(await http.GetTokenAsync("expires_at"), CultureInfo.InvariantCulture, out var expires))
        {
            EndedSession = new EndedSession(http.User.Identity?.Name ?? "somebody", token, expires);
        }
    }
}
