namespace AuthDemo.AppHost.Flows;

/// <summary>A scenario as the lab's table names it.</summary>
/// <param name="Needs">The lab's word for what must be so before it is run.</param>
/// <param name="IsSameForAll">Whether everybody gets the same answer.</param>
public sealed record LabScenario(string Id, string Needs, bool IsSameForAll);
