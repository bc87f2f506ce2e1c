namespace AuthDemo.Web.Lab.Scenarios;

/// <summary>A request as the lab sends it.</summary>
/// <param name="Path">The path below the target's address.</param>
public sealed record LabRequest(HttpMethod Method, string Path, Target Target = Target.Api)
{
    /// <summary>The address that a proxy in front of the Api would report as the caller's; null without one.</summary>
    public string? ForwardedFor { get; init; }

    /// <summary>
    /// Whether a refusal is an error to Web's own span of the call, as it is to a client that knows nothing more. Else it is an answer like
    /// any other.
    /// </summary>
    public bool RefusalIsAnError { get; init; }
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
