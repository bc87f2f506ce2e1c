using AuthDemo.Web.Lab.Scenarios;
using AuthDemo.Web.Login;

namespace AuthDemo.Web.Lab.Answers;

/// <summary>What to do after an answer: the same request as somebody who gets another answer, else the next open scenario.</summary>
/// <param name="Persona">As whom to run the same scenario; null where it is another scenario's turn.</param>
/// <param name="Scenario">The next scenario; null where it is another persona's turn, and where everything has been seen.</param>
public sealed record NextStep(string? Persona, Scenario? Scenario)
{
    public static NextStep After(Scenario scenario, LabNotebook notebook)
    {
        if (scenario.DependsOnPersona)
        {
            // Nobody logs out for a 401 that every scenario has, where another persona tells more.
            var open = scenario.Expected.Different()
                .Select(expected => Personas.All.Where(persona => scenario.Expected.For(persona) == expected).ToArray())
                .Where(personas => scenario.BestAs == Personas.Nobody || personas is not [Personas.Nobody])
                .FirstOrDefault(personas => personas.All(persona => notebook.Find(scenario, persona) is null));
            if (open is not null) return new(open.Contains(scenario.BestAs) ? scenario.BestAs : open[0], null);
        }

        return new(null, NextOpen(scenario, notebook));
    }

    // The core path leads along itself; beside it, and at its end, the whole table does.
    private static Scenario? NextOpen(Scenario scenario, LabNotebook notebook)
    {
        var path = ScenarioTable.CorePath.SkipWhile(s => s != scenario);
        var all = ScenarioTable.All.SkipWhile(s => s != scenario).Concat(ScenarioTable.All);
        return path.Concat(all).FirstOrDefault(s => s != scenario && !notebook.HasAnswer(s));
    }
}
