#nullable enable

using System;
using System.Diagnostics;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;

namespace AuthTracing;

/// <summary>One decision about a request.</summary>
/// <param name="step">One of <see cref="Steps"/>.</param>
/// <param name="name">The scheme or the policy that decided.</param>
/// <param name="outcome">One of <see cref="Outcomes"/>.</param>
public sealed class AuthDecision(string step, string name, string outcome)
{
    /// <summary>One of <see cref="Steps"/>.</summary>
    public string Step { get; } = step;

    /// <summary>The scheme or the policy that decided.</summary>
    public string Name { get; } = name;

    /// <summary>
    /// One of <see cref="Outcomes"/>. The application may set <see cref="Outcomes.Error"/> where a failed authentication says nothing about
    /// the caller, such as an outage of the identity provider.
    /// </summary>
    public string Outcome { get; set; } = outcome;

    /// <summary>The request; null where code decides outside of one.</summary>
    public HttpContext? HttpContext { get; init; }

    /// <summary>Who it is about; null where nobody is known.</summary>
    public ClaimsPrincipal? User { get; init; }

    /// <summary>Why authentication failed. Its message can quote the credential: keep it off the span.</summary>
    public Exception? Exception { get; init; }

    /// <summary>
    /// What the scheme's handler says besides, also of a failure: OpenIddict's keeps its error there. It can quote the credential likewise.
    /// </summary>
    public AuthenticationProperties? Properties { get; init; }

    /// <summary>Why authorization failed.</summary>
    public AuthorizationFailure? Failure { get; init; }

    /// <summary>The span of this decision; null where it is not recorded.</summary>
    public Activity? Span { get; init; }

    /// <summary>Why the answer was no: one of <see cref="AuthReasons"/>, or a word of the application.</summary>
    public string? Reason { get; set; }

    /// <summary>What was needed.</summary>
    public string? Required { get; set; }

    /// <summary>What was there instead.</summary>
    public string? Actual { get; set; }

    /// <summary>A sentence for people; null for one made of the other three.</summary>
    public string? Description { get; set; }

    internal string Sentence => Description ?? this switch
    {
        { Required: { } required, Actual: { } actual } => $"Needs {required}; the caller has {actual}.",
        { Required: { } required } => $"Needs {required}.",
        { Outcome: Outcomes.None } => $"The request brought no credential for the scheme {Name}.",
        { Step: Steps.Authenticate } => $"The scheme {Name} refused the credential: {Reason}.",
        { Step: Steps.Authorize } => $"The policy {Name} said no: {Reason}.",
        _ => "The application's code refused the request.",
    };
}

/// <summary>The kinds of decision. Each is the first word of its span's name.</summary>
public static class Steps
{
    /// <summary>Who is it? Followed by the scheme.</summary>
    public const string Authenticate = "authenticate";

    /// <summary>May they? Followed by the policy.</summary>
    public const string Authorize = "authorize";

    /// <summary>Code forbade the request by itself. Followed by the scheme that answered.</summary>
    public const string Forbid = "forbid";

    /// <summary>Code asked for a credential by itself. Followed by the scheme that answered.</summary>
    public const string Challenge = "challenge";
}

/// <summary>What a decision can say.</summary>
public static class Outcomes
{
    /// <summary>Authentication: the caller is known.</summary>
    public const string Succeeded = "succeeded";

    /// <summary>Authentication: the caller brought nothing to judge.</summary>
    public const string None = "none";

    /// <summary>Authentication: what the caller brought is no good.</summary>
    public const string Failed = "failed";

    /// <summary>Authorization: yes.</summary>
    public const string Allowed = "allowed";

    /// <summary>Authorization: no.</summary>
    public const string Denied = "denied";

    /// <summary>Either: nothing was decided, an exception was thrown or something could not be asked.</summary>
    public const string Error = "error";

    /// <summary>Either: nothing was decided, the caller had left.</summary>
    public const string Cancelled = "cancelled";
}
