#nullable enable

using System;
using System.Diagnostics;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;

namespace AuthTracing;

/// <summary>An authentication or authorization decision.</summary>
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
    /// One of <see cref="Outcomes"/>. Can be set to <see cref="Outcomes.Error"/> if a failed authentication says nothing about the caller,
    /// such as an outage of the identity provider.
    /// </summary>
    public string Outcome { get; set; } = outcome;

    /// <summary>The request; null outside of one.</summary>
    public HttpContext? HttpContext { get; init; }

    /// <summary>The user; null if anonymous.</summary>
    public ClaimsPrincipal? User { get; init; }

    /// <summary>Why authentication failed. The message can quote the credential: keep it off the span.</summary>
    public Exception? Exception { get; init; }

    /// <summary>
    /// The properties of the result, also of a failure: OpenIddict's handler stores its error there. They can quote the credential, too.
    /// </summary>
    public AuthenticationProperties? Properties { get; init; }

    /// <summary>Why authorization failed.</summary>
    public AuthorizationFailure? Failure { get; init; }

    /// <summary>The span of this decision; null if it is not recorded.</summary>
    public Activity? Span { get; init; }

    /// <summary>The reason for a failed or denied decision: one of <see cref="AuthReasons"/>, or the application's own.</summary>
    public string? Reason { get; set; }

    /// <summary>What was required.</summary>
    public string? Required { get; set; }

    /// <summary>What was found instead.</summary>
    public string? Actual { get; set; }

    /// <summary>The status description; null to build it from the other three.</summary>
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

/// <summary>The kinds of decision, which are the first word of the span's name.</summary>
public static class Steps
{
    /// <summary>Authentication. Followed by the scheme.</summary>
    public const string Authenticate = "authenticate";

    /// <summary>Authorization. Followed by the policy.</summary>
    public const string Authorize = "authorize";

    /// <summary>Code called Forbid. Followed by the scheme that handled it.</summary>
    public const string Forbid = "forbid";

    /// <summary>Code called Challenge. Followed by the scheme that handled it.</summary>
    public const string Challenge = "challenge";
}

/// <summary>The outcomes of a decision.</summary>
public static class Outcomes
{
    /// <summary>Authentication succeeded.</summary>
    public const string Succeeded = "succeeded";

    /// <summary>Authentication found no credentials.</summary>
    public const string None = "none";

    /// <summary>Authentication failed: the credentials are invalid.</summary>
    public const string Failed = "failed";

    /// <summary>Authorization succeeded.</summary>
    public const string Allowed = "allowed";

    /// <summary>Authorization failed.</summary>
    public const string Denied = "denied";

    /// <summary>No decision, because of an exception or an outage.</summary>
    public const string Error = "error";

    /// <summary>No decision, because the request was aborted.</summary>
    public const string Cancelled = "cancelled";
}
