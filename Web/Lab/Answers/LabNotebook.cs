using AuthDemo.Web.Lab.Credentials;
using AuthDemo.Web.Lab.Scenarios;
using AuthDemo.Web.Login;

namespace AuthDemo.Web.Lab.Answers;

/// <summary>The results of one browser, for every persona. Stored as JSON between requests.</summary>
internal sealed class LabNotebook
{
    /// <summary>The last session that was logged out.</summary>
    public EndedSession? EndedSession { get; set; }

    /// <summary>Why the last run failed; shown once.</summary>
    public string? Problem { get; set; }

    public Dictionary<string, RunResult> Results { get; init; } = [];

    /// <summary>Whether the first guess was right, by scenario and persona.</summary>
    public Dictionary<string, bool> FirstGuesses { get; init; } = [];

    /// <summary>The persona's last result of a scenario; null if there is none.</summary>
    public RunResult? Find(Scenario scenario, string persona) => Results.GetValueOrDefault(KeyOf(scenario, persona));

    /// <summary>Whether there is a result for any persona.</summary>
    public bool HasAnswer(Scenario scenario) => Results.Values.Any(result => result.ScenarioId == scenario.Id);

    /// <summary>Whether the first guess was right; null if there was none.</summary>
    public bool? FirstGuess(Scenario scenario, string persona) =>
        FirstGuesses.TryGetValue(KeyOf(scenario, persona), out var right) ? right : null;

    /// <summary>
    /// The persona with a new result for this scenario; null to continue with the next scenario. Does not suggest logging out just to see
    /// the 401 that every scenario has.
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

    /// <summary>The next scenario without a result, first on the core path, then in the whole table; null if there is none.</summary>
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
