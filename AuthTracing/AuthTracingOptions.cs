#nullable enable

using System;
using Microsoft.AspNetCore.Http;

namespace AuthTracing;

/// <summary>Options for decision tracing.</summary>
public sealed class AuthTracingOptions
{
    /// <summary>The name of the activity source, for <c>AddSource</c>.</summary>
    public string SourceName { get; set; } = AuthSource.DefaultName;

    /// <summary>
    /// Appends the outcome to span names, as in <c>authorize AdminsOnly: role_missing</c>, so that it is visible in a waterfall. Off by
    /// default, for low cardinality.
    /// </summary>
    public bool NameOutcomes { get; set; }

    /// <summary>Records <c>user.id</c> and <c>user.roles</c>. Off by default, since they are personal data.</summary>
    public bool RecordUser { get; set; }

    /// <summary>
    /// Explains a rejection on its span: what was required, what was found, and a status description. On by default in Development only,
    /// since it can contain the user's claims.
    /// </summary>
    public bool Explain { get; set; }

    /// <summary>
    /// Whether a denial by <c>IAuthorizationService</c> is an error. Off by default, since code can authorize just to hide a button. Turn
    /// it on if every denial leads to a 403 or 404.
    /// </summary>
    public bool CodeDenialsAreErrors { get; set; }

    /// <summary>
    /// Called for every failed or denied decision, to set <see cref="AuthDecision.Reason"/>, <see cref="AuthDecision.Required"/>, <see
    /// cref="AuthDecision.Actual"/> or <see cref="AuthDecision.Description"/>, or to add attributes to <see cref="AuthDecision.Span"/>.
    /// Reasons become <c>error.type</c>, so use a fixed set of values, never free text.
    /// </summary>
    public Action<AuthDecision>? Describe { get; set; }

    /// <summary>Called for every decision within a request, whether or not it is recorded.</summary>
    public Action<HttpContext, AuthDecision>? Decided { get; set; }
}
