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
           where flow.Scenario == scenario && flow.Persona == person && flow.AsExpected == false
           select flow,
    ];

    public string Summary => $"{Flows.Count} runs, {Failures.Count} not as expected, {Duration.TotalSeconds:0} s";

    /// <summary>What is not as expected, then the table, whose cells lead to the traces.</summary>
    public string ToMarkdown()
    {
        var flows = Flows.ToDictionary(flow => (flow.Scenario, flow.Persona));
        var text = new StringBuilder();
        foreach (var flow in Failures) text.AppendLine(Describe(flow));
        if (Failures.Count > 0) text.AppendLine();

        AddRow(["scenario", .. People]);
        AddRow(Enumerable.Repeat("---", People.Count + 1));
        foreach (var scenario in Scenarios)
            AddRow([scenario, .. People.Select(person => Cell(flows.GetValueOrDefault((scenario, person))))]);
        return text.AppendLine().AppendLine($"{Summary}. What is the same for everybody was run once.").ToString();

        void AddRow(IEnumerable<string> cells) => text.Append("| ").AppendJoin(" | ", cells).AppendLine(" |");
    }

    // With the challenges, which may be all that differs.
    private static string Describe(Flow flow) =>
        $"- {flow.Scenario} as {flow.Persona}: {flow.Answer} `{flow.ChallengeHeader}`, "
        + $"expected {flow.Expected?.Answer} `{flow.Expected?.Challenge}`";

    private static string Cell(Flow? flow) => flow switch
    {
        null => "",
        { AsExpected: false } when flow.Answer == flow.Expected?.Answer => $"**{Link(flow)}, expected another challenge**",
        { AsExpected: false } => $"**{Link(flow)}, expected {flow.Expected?.Answer}**",
        _ => Link(flow),
    };

    private static string Link(Flow flow) => flow.TraceUrl is null ? flow.Answer : $"[{flow.Answer}]({flow.TraceUrl})";
}
