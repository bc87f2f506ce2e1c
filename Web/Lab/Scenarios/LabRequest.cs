namespace AuthDemo.Web.Lab.Scenarios;

/// <summary>A request as the lab sends it.</summary>
/// <param name="Path">The path below the target's address.</param>
public sealed record LabRequest(HttpMethod Method, string Path, Target Target = Target.Api)
{
    /// <summary>The address that a proxy in front of the Api would report as the caller's; null without one.</summary>
    public string? ForwardedFor { get; init; }
}

/// <summary>Who answers a scenario's request.</summary>
public enum Target
{
    Api,

    /// <summary>This web frontend itself.</summary>
    Web,

    /// <summary>Its login form.</summary>
    IdentityProvider,
}
