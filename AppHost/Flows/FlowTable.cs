using System.Globalization;
using System.Text;

namespace AuthDemo.AppHost.Flows;

/// <summary>The results of all flows: a row for each scenario, a column for each person.</summary>
/// <param name="Scenarios">The scenarios' ids, in the order of the rows.</param>
/// <param name="People">The columns.</param>
/// <param name="Flows">The runs, in any order.</param>
/// <param name="Duration">How long all of it took.</param>
internal sealed record FlowTable(
    IReadOnlyList<string> Scenarios, IReadOnlyList<string> People, IReadOnlyCollection<Flow> Flows, TimeSpan Duration)
{
    public IReadOnlyList<Flow> Failures { get; } =
    [
        .. from scenario in Scenarios
           from person in People
           from flow in Flows
           where flow.Scenario == scenario && flow.Person == person && flow.AsExpected == false
           select flow,
    ];

    public string Summary => $"{Flows.Count} runs, {Failures.Count} not as expected, {Duration.TotalSeconds:0} s";

    /// <summary>What is not as expected, then the table, which has room for status and reason only.</summary>
    public string ToMarkdown()
    {
        var flows = Flows.ToDictionary(flow => (flow.Scenario, flow.Person));
        var text = new StringBuilder();
        foreach (var flow in Failures)
        {
            var (answer, expected) = (flow.Answer.ToLongString(), flow.Expected?.ToLongString());
            text.AppendLine(CultureInfo.InvariantCulture, $"- {flow.Scenario} as {flow.Person}: {answer}, expected {expected}");
        }

        if (Failures.Count > 0) text.AppendLine();

        AddRow(["scenario", .. People]);
        AddRow(Enumerable.Repeat("---", People.Count + 1));
        foreach (var scenario in Scenarios)
            AddRow([scenario, .. People.Select(person => Cell(flows.GetValueOrDefault((scenario, person))))]);
        return text.AppendLine().Append(Summary).AppendLine(".").ToString();

        void AddRow(IEnumerable<string> cells) => text.Append("| ").AppendJoin(" | ", cells).AppendLine(" |");
    }

    // Nothing to compare with is no result: the cell is as empty as one without a run.
    private static string Cell(Flow? flow) => flow?.AsExpected switch
    {
        true => $"{flow.Answer}",
        false when $"{flow.Answer}" == $"{flow.Expected}" => $"**{flow.Answer}, expected another challenge**",
        false => $"**{flow.Answer}, expected {flow.Expected}**",
        null => "",
    };
}
