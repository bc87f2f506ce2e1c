#nullable enable

namespace AuthTracing;

/// <summary>The source of the spans around decisions of authentication and authorization, and the attributes that they carry.</summary>
public static class AuthSource
{
    /// <summary>The source's name, for <c>AddSource</c>, unless <see cref="AuthTracingOptions.SourceName"/> says another one.</summary>
    public const string DefaultName = "AuthTracing";

    /// <summary>The authentication scheme that was asked, such as <c>Bearer</c>.</summary>
    public const string Scheme = "auth.scheme";

    /// <summary>The policy that decided, such as <c>AdminsOnly</c>, <c>default</c> or <c>fallback</c>.</summary>
    public const string Policy = "auth.policy";

    /// <summary>What was decided: one of <see cref="Outcomes"/>.</summary>
    public const string Outcome = "auth.outcome";

    /// <summary>Why the answer was no: one of <see cref="AuthReasons"/>, or a word of the application.</summary>
    public const string Reason = "auth.reason";

    /// <summary>What was needed. Only with <see cref="AuthTracingOptions.Explain"/>.</summary>
    public const string Required = "auth.required";

    /// <summary>What was there instead. Only with <see cref="AuthTracingOptions.Explain"/>.</summary>
    public const string Actual = "auth.actual";

    /// <summary>The reason, on the span that refused; the exception's type, where one was thrown (OpenTelemetry).</summary>
    public const string ErrorType = "error.type";

    /// <summary>The user's subject (OpenTelemetry). Only with <see cref="AuthTracingOptions.RecordUser"/>.</summary>
    public const string UserId = "user.id";

    /// <summary>The user's name (OpenTelemetry). Only with <see cref="AuthTracingOptions.RecordUser"/>, and where spans explain.</summary>
    public const string UserName = "user.name";

    /// <summary>The user's roles (OpenTelemetry). Only with <see cref="AuthTracingOptions.RecordUser"/>.</summary>
    public const string UserRoles = "user.roles";
}
