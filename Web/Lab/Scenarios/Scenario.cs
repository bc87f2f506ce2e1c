using AuthDemo.Web.Lab.Credentials;
using AuthDemo.Web.Login;

namespace AuthDemo.Web.Lab.Scenarios;

/// <summary>One request of the denial lab, with what must come back.</summary>
public sealed record Scenario
{
    /// <summary>Names the scenario in addresses and results: a URL-safe slug that never changes.</summary>
    public required string Id { get; init; }

    /// <summary>The part of the lab in which it stands.</summary>
    public required string Chapter { get; init; }

    public required string Title { get; init; }

    /// <summary>What is sent, in the field's words and without what comes back: the line below the title.</summary>
    public required string Sends { get; init; }

    /// <summary>What is tried, without giving the answer away.</summary>
    public required string Teaches { get; init; }

    public required LabRequest Request { get; init; }

    public Credential Credential { get; init; } = Credential.Session;

    /// <summary>What must be so before the scenario tells what it should; null where nothing must.</summary>
    public Prerequisite? Needs { get; init; }

    /// <summary>The scenario that goes on where its answer asks for another login (RFC 9470); null where it does not.</summary>
    public string? AfterStepUp { get; init; }

    /// <summary>The persona as whom it is most telling, if there is one.</summary>
    public string? BestAs { get; init; }

    /// <summary>What it changes and how that is put back; null where it changes nothing.</summary>
    public string? PutsBack { get; init; }

    /// <summary>What must come back, written by hand from the standards.</summary>
    public required Expectations Expected { get; init; }

    /// <summary>Whether the answer depends on who is logged in.</summary>
    public bool DependsOnPersona => Credential.IsTheCallers;

    /// <summary>Who gets the same answer: <c>everybody</c>, <c>people</c> who are logged in, or null. AppHost's visitors read it.</summary>
    public string? SameFor => Personas.People.Select(Expected.For).Distinct().Count() > 1 ? null
        : Expected.For(Personas.Nobody) == Expected.For(Personas.Alice) ? "everybody"
        : "people";
}

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

    /// <summary>Who answers it, in words.</summary>
    internal string Receiver => Target switch
    {
        Target.Web => "Web itself",
        Target.IdentityProvider => "the identity provider’s login form",
        _ => "the API",
    };
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
