using AuthDemo.Web.Lab.Credentials;
using AuthDemo.Web.Login;

namespace AuthDemo.Web.Lab.Scenarios;

/// <summary>A request of the lab, with the expected results.</summary>
public sealed record Scenario
{
    /// <summary>The URL-safe id, which never changes.</summary>
    public required string Id { get; init; }

    /// <summary>The chapter of the lab.</summary>
    public required string Chapter { get; init; }

    public required string Title { get; init; }

    /// <summary>What is sent, in technical terms, without the result. Shown below the title.</summary>
    public required string Sends { get; init; }

    /// <summary>What the scenario is about, without the result.</summary>
    public required string Teaches { get; init; }

    public required LabRequest Request { get; init; }

    public Credential Credential { get; init; } = Credential.Session;

    /// <summary>The prerequisite; null if there is none.</summary>
    public Prerequisite? Needs { get; init; }

    /// <summary>The scenario to run after a step-up (RFC 9470); null if there is none.</summary>
    public string? AfterStepUp { get; init; }

    /// <summary>The persona with the most interesting result, if any.</summary>
    public string? BestAs { get; init; }

    /// <summary>What it changes and how that is restored; null if it changes nothing.</summary>
    public string? PutsBack { get; init; }

    /// <summary>The expected results, written by hand from the standards.</summary>
    public required Expectations Expected { get; init; }

    /// <summary>Whether the result depends on the user.</summary>
    public bool DependsOnPersona => Credential.IsTheCallers;

    /// <summary>Who gets the same result: <c>everybody</c>, <c>people</c> who are logged in, or null. Read by AppHost's visitors.</summary>
    public string? SameFor => Personas.People.Select(Expected.For).Distinct().Count() > 1 ? null
        : Expected.For(Personas.Nobody) == Expected.For(Personas.Alice) ? "everybody"
        : "people";
}

/// <summary>A request of the lab.</summary>
/// <param name="Path">The path at the target.</param>
public sealed record LabRequest(HttpMethod Method, string Path, Target Target = Target.Api)
{
    /// <summary>The client address that a proxy would forward to the Api; null if there is none.</summary>
    public string? ForwardedFor { get; init; }

    /// <summary>Whether an error status marks Web's client span as an error, as it does by default in OpenTelemetry.</summary>
    public bool RefusalIsAnError { get; init; }

    /// <summary>The target's name for the page.</summary>
    internal string Receiver => Target switch
    {
        Target.Web => "Web itself",
        Target.IdentityProvider => "the identity provider’s login form",
        _ => "the API",
    };
}

/// <summary>The target of a scenario's request.</summary>
public enum Target
{
    Api,

    /// <summary>Web itself.</summary>
    Web,

    /// <summary>The identity provider's login form.</summary>
    IdentityProvider,
}
