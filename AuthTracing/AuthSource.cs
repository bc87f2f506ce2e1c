#nullable enable

namespace AuthTracing;

/// <summary>The name of the activity source, and the names of the spans' attributes.</summary>
public static class AuthSource
{
    /// <summary>The default name of the source, for <c>AddSource</c>; see <see cref="AuthTracingOptions.SourceName"/>.</summary>
    public const string DefaultName = "AuthTracing";

    /// <summary>The authentication scheme, such as <c>Bearer</c>.</summary>
    public const string Scheme = "auth.scheme";

    /// <summary>The authorization policy, such as <c>AdminsOnly</c>, <c>default</c> or <c>fallback</c>.</summary>
    public const string Policy = "auth.policy";

    /// <summary>The outcome: one of <see cref="Outcomes"/>.</summary>
    public const string Outcome = "auth.outcome";

    /// <summary>The reason for a failed or denied decision: one of <see cref="AuthReasons"/>, or the application's own.</summary>
    public const string Reason = "auth.reason";

    /// <summary>What was required. Only with <see cref="AuthTracingOptions.Explain"/>.</summary>
    public const string Required = "auth.required";

    /// <summary>What was found instead. Only with <see cref="AuthTracingOptions.Explain"/>.</summary>
    public const string Actual = "auth.actual";

    /// <summary>The reason, on the span that rejected the request, or the type of an exception (OpenTelemetry).</summary>
    public const string ErrorType = "error.type";

    /// <summary>The user's subject (OpenTelemetry). Only with <see cref="AuthTracingOptions.RecordUser"/>.</summary>
    public const string UserId = "user.id";

    /// <summary>
    /// The user's name (OpenTelemetry). Only with <see cref="AuthTracingOptions.RecordUser"/> and <see cref="AuthTracingOptions.Explain"/>.
    /// </summary>
    public const string UserName = "user.name";

    /// <summary>The user's roles (OpenTelemetry). Only with <see cref="AuthTracingOptions.RecordUser"/>.</summary>
    public const string UserRoles = "user.roles";
}
