namespace AuthDemo.AppHost.Flows;

/// <summary>The lab says that a scenario needs something first.</summary>
/// <param name="scenario">The scenario's id.</param>
/// <param name="need">The lab's word for what is missing.</param>
/// <param name="wait">How long it will be missing, where waiting is all that helps.</param>
/// <param name="detail">The lab's sentence about it.</param>
public sealed class NotReadyException(string scenario, string need, TimeSpan? wait, string detail)
    : VisitException($"The scenario {scenario} is not ready to be run: {detail}")
{
    public string Scenario => scenario;

    public string Need => need;

    public TimeSpan? Wait => wait;
}
