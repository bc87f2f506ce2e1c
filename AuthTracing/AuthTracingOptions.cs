#nullable enable

using System;
using Microsoft.AspNetCore.Http;

namespace AuthTracing;

/// <summary>What the spans are called and what they say beyond the decision itself.</summary>
public sealed class AuthTracingOptions
{
    /// <summary>The name of the spans' source, for <c>AddSource</c>.</summary>
    public string SourceName { get; set; } = AuthSource.DefaultName;

    /// <summary>
    /// Ends a span's name with what was decided, as in <c>authorize AdminsOnly: role_missing</c>, so that a waterfall is read without a
    /// click. Off by default: names stay as few as schemes and policies.
    /// </summary>
    public bool NameOutcomes { get; set; }

    /// <summary>
    /// Puts <c>user.id</c> and <c>user.roles</c> on the spans: personal data, so it is off unless the application wants it.
    /// </summary>
    public bool RecordUser { get; set; }

    /// <summary>
    /// Lets a refusing span explain itself: what was needed, what was there, a sentence as its status description. That can repeat what
    /// the user's claims say, so by default it is on in Development only.
    /// </summary>
    public bool Explain { get; set; }

    /// <summary>
    /// Whether a "no" that code asked for through <c>IAuthorizationService</c> refuses the request, and so is an error. Off by default,
    /// for code may ask only to hide a button. On, where each such "no" ends in a 403 or a 404.
    /// </summary>
    public bool CodeDenialsAreErrors { get; set; }

    /// <summary>
    /// Gives a failed or denied decision the application's own words: sets <see cref="AuthDecision.Reason"/>,
    /// <see cref="AuthDecision.Required"/>, <see cref="AuthDecision.Actual"/> or <see cref="AuthDecision.Description"/>, or adds
    /// attributes to <see cref="AuthDecision.Span"/>. Reasons become <c>error.type</c>, so keep them few: words of a list, never free text.
    /// </summary>
    public Action<AuthDecision>? Describe { get; set; }

    /// <summary>Is told of every decision within a request, whether a span records it or not.</summary>
    public Action<HttpContext, AuthDecision>? Decided { get; set; }
}
