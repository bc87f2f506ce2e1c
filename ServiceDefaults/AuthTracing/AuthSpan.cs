using System.Diagnostics;
using System.Security.Claims;

namespace AuthDemo.ServiceDefaults.AuthTracing;

/// <summary>What the spans of both decisions say in the same way. A span that nobody listens to is null.</summary>
internal static class AuthSpan
{
    public static void SetUser(this Activity? span, ClaimsPrincipal user)
    {
        if (span is null || user.Identity is not ClaimsIdentity { IsAuthenticated: true } identity) return;
        span.SetTag(AuthSource.UserId, (identity.FindFirst("sub") ?? identity.FindFirst(ClaimTypes.NameIdentifier))?.Value);
        span.SetTag(AuthSource.UserRoles, identity.FindAll(identity.RoleClaimType).Select(role => role.Value).ToArray());
    }

    /// <summary>
    /// Marks the one span of a request that refused it. <c>_OTHER</c> is OpenTelemetry's word for an error without a name.
    /// </summary>
    public static void SetRefused(this Activity? span, string? reason)
    {
        if (reason is not null) span?.SetTag(AuthSource.Reason, reason);
        span?.SetStatus(ActivityStatusCode.Error).SetTag("error.type", reason ?? "_OTHER");
    }
}
