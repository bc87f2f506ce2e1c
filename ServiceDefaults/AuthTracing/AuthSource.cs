using System.Diagnostics;

namespace AuthDemo.ServiceDefaults.AuthTracing;

/// <summary>The source of the spans around decisions of authentication and authorization, and the tags that they carry.</summary>
public static class AuthSource
{
    /// <summary>The name of the source of spans, and of the meter that counts refusals.</summary>
    public const string Name = "AuthDemo.Auth";

    /// <summary>The authentication scheme that was asked, such as <c>Bearer</c>.</summary>
    public const string Scheme = "auth.scheme";

    /// <summary>The policy that decided, such as <c>AdminsOnly</c>.</summary>
    public const string Policy = "auth.policy";

    /// <summary>What was decided: one of <see cref="Outcomes"/>.</summary>
    public const string Outcome = "auth.outcome";

    /// <summary>Why it was refused: one of <see cref="Reasons"/>.</summary>
    public const string Reason = "auth.reason";

    internal const string UserId = "user.id";
    internal const string UserRoles = "user.roles";

    internal static readonly ActivitySource Source = new(Name);
}
