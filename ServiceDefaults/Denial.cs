using Microsoft.AspNetCore.Authorization;

namespace AuthDemo.ServiceDefaults;

/// <summary>Why a requirement said no: handed to <see cref="AuthorizationHandlerContext.Fail(AuthorizationFailureReason)"/>.</summary>
/// <param name="handler">The handler that said no.</param>
/// <param name="reason">One of <see cref="Reasons"/>.</param>
/// <param name="required">What was needed, as a small object such as <c>{"role":"admin"}</c> that says itself in words.</param>
/// <param name="actual">What was there instead, likewise.</param>
public sealed class Denial(IAuthorizationHandler handler, string reason, object? required = null, object? actual = null)
    : AuthorizationFailureReason(handler, reason)
{
    /// <summary>One of <see cref="Reasons"/>.</summary>
    public string Reason => Message;

    /// <summary>What was needed.</summary>
    public object? Required { get; } = required;

    /// <summary>What was there instead.</summary>
    public object? Actual { get; } = actual;
}
