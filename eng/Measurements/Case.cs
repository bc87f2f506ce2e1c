namespace AuthDemo.Measurements;

/// <summary>The highest ratios to the reference application that are good enough; null where none is set.</summary>
internal readonly record struct Target(double? Cpu, double? Allocation);

/// <summary>A kind of request, measured on every server of a part.</summary>
/// <param name="SentTo">What is sent to a server.</param>
internal sealed record Case(string Name, Func<Server, Sent> SentTo, Target Target)
{
    /// <summary>How many spans more than the reference AuthDemo makes of such a request on purpose.</summary>
    public int MoreSpans { get; init; }
}
