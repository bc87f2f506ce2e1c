namespace AuthDemo.Web.Lab.Credentials;

/// <summary>Settings of the lab, section <c>Lab</c>: the Api's own times, which some scenarios have to wait for.</summary>
internal sealed class LabOptions
{
    /// <summary>How old a login may be for step-up: the Api's <c>Authentication:MaxLoginAge</c>.</summary>
    public required TimeSpan MaxLoginAge { get; init; }

    /// <summary>By how much the Api lets clocks differ: its <c>Authentication:ClockSkew</c>.</summary>
    public required TimeSpan ClockSkew { get; init; }
}
