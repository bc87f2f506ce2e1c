using System.Text;

namespace AuthDemo.AppHost.Flows;

/// <summary>The results of all flows, with a row for each scenario and a column for each persona.</summary>
/// <param name="Scenarios">The scenario ids, in row order.</param>
/// <param name="People">The columns.</param>
internal sealed record FlowTable(
    IReadOnlyList<string> Scenarios, IReadOnlyList<string> People, IReadOnlyCollection<Flow> Flows, TimeSpan Duration)
{
    public IReadOnlyList<Flow> Failures { get; } = [.. Flows.Where(flow => flow.AsExpected == false).OrderBy(flow => flow.Scenario)];

    public string Summary => $"{Flows.Count} runs, {Failures.Count} not as expected, {Duration.TotalSeconds:0} s";

    /// <summary>The unexpected results with their challenges, then the table.</summary>
    public string ToMarkdown()
    {
        var text = new StringBuilder();
        foreach (var flow in Failures)
        {
            text.AppendLine($"- {flow.Scenario} as {flow.Persona}: {flow.Answer} `{flow.ChallengeHeader}`, "
                + $"expected {flow.Expected?.Answer} `{flow.Expected?.Challenge}`");
        }

        if (Failures.Count > 0) text.AppendLine();
        AddRow(["scenario", .. People]);
        AddRow(Enumerable.Repeat("---", People.Count + 1));
        foreach (var scenario in Scenarios)
        {
            AddRow([scenario, .. People.Select(person =>
                Flows.FirstOrDefault(flow => flow.Scenario == scenario && flow.Persona == person)?.ToMarkdown() ?? "")]);
        }

        text.AppendLine().AppendLine($"{Summary}. What is the same for everybody, or for all who are logged in, was run once.");
        return text.ToString();

        void AddRow(IEnumerable<string> cells) => text.Append("| ").AppendJoin(" | ", cells).AppendLine(" |");
    }
}

/// <summary>The result of a run, from the lab's JSON.</summary>
/// <param name="AsExpected">Whether the result is as expected; null if nothing is expected.</param>
internal sealed record Flow(
    string Scenario,
    string Persona,
    int Status,
    string? Reason,
    string? ChallengeHeader,
    ExpectedAnswer? Expected,
    bool? AsExpected,
    string? TraceUrl)
{
    public string Answer => $"{Status} {Reason}".TrimEnd();

    /// <summary>The result as a link to its trace.</summary>
    public string ToMarkdown()
    {
        var answer = TraceUrl is null ? Answer : $"[{Answer}]({TraceUrl})";
        return AsExpected == false ? $"**{answer}**" : answer;
    }
}

internal sealed record ExpectedAnswer(int Status, string? Reason, string? Challenge)
{
    public string Answer => $"{Status} {Reason}".TrimEnd();
}
