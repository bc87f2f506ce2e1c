using AuthDemo.Web.Lab.Credentials;
using AuthDemo.Web.Lab.Scenarios;
using AuthDemo.Web.Login;

namespace AuthDemo.Web.Lab.Answers;

/// <summary>What one browser has seen in the lab, whoever it was logged in as. It is stored as JSON between two requests.</summary>
internal sealed class LabNotebook
{
    /// <summary>The session that was logged out last.</summary>
    public EndedSession? EndedSession { get; set; }

    /// <summary>Why the last run could not be made; the page says it once.</summary>
    public string? Problem { get; set; }

    public Dictionary<string, RunResult> Results { get; init; } = [];

    /// <summary>Whether the first guess was right.</summary>
    public Dictionary<string, bool> FirstGuesses { get; init; } = [];

    /// <summary>What came back when the persona ran the scenario last; null before.</summary>
    public RunResult? Find(Scenario scenario, string persona) => Results.GetValueOrDefault(KeyOf(scenario, persona));

    /// <summary>Whether anybody has seen an answer to it.</summary>
    public bool HasAnswer(Scenario scenario) => Results.Values.Any(result => result.ScenarioId == scenario.Id);

    /// <summary>Whether the first guess was right; null without one.</summary>
    public bool? FirstGuess(Scenario scenario, string persona) =>
        FirstGuesses.TryGetValue(KeyOf(scenario, persona), out var right) ? right : null;

    /// <summary>
    /// Who gets another answer to it than those that are known; null where it is another scenario's turn. Nobody logs out for a 401 that
    /// every scenario has, where another persona tells more.
    /// </summary>
    public string? NextPersona(Scenario scenario)
    {
        if (!scenario.DependsOnPersona) return null;
        var open = scenario.Expected.Different()
            .Select(expected => Personas.All.Where(persona => scenario.Expected.For(persona) == expected).ToArray())
            .Where(personas => scenario.BestAs == Personas.Nobody || personas is not [Personas.Nobody])
            .FirstOrDefault(personas => personas.All(persona => Find(scenario, persona) is null));
        return open?.Contains(scenario.BestAs) == true ? scenario.BestAs : open?[0];
    }

    /// <summary>
    /// The next scenario without an answer; null after the last. The core path leads along itself; beside it, and at its end, the whole
    /// table does.
    /// </summary>
    public Scenario? NextScenario(Scenario scenario)
    {
        var path = ScenarioTable.CorePath.SkipWhile(s => s != scenario);
        var all = ScenarioTable.All.SkipWhile(s => s != scenario).Concat(ScenarioTable.All);
        return path.Concat(all).FirstOrDefault(s => s != scenario && !HasAnswer(s));
    }

    public void Add(RunResult result)
    {
        var key = KeyOf(result.Scenario, result.Persona);
        if (result.GuessedRight is { } right && !Results.ContainsKey(key)) FirstGuesses.TryAdd(key, right);
        Results[key] = result;
    }

    public void StartOver()
    {
        Results.Clear();
        FirstGuesses.Clear();
        EndedSession = null;
    }

    private static string KeyOf(Scenario scenario, string persona) =>
        scenario.DependsOnPersona ? $"{scenario.Id} {persona}" : scenario.Id;
}
