using Microsoft.AspNetCore.Authorization;

namespace AuthDemo.ServiceDefaults;

/// <summary>Why a requirement said no: handed to <see cref="AuthorizationHandlerContext.Fail(AuthorizationFailureReason)"/>.</summary>
/// <param name="handler">The handler that said no.</param>
/// <param name="reason">One of <see cref="Reasons"/>.</param>
/// <param name="required">What was needed.</param>
/// <param name="actual">What was there instead.</param>
public sealed class Denial(IAuthorizationHandler handler, string reason, Fact required, Fact actual)
    : AuthorizationFailureReason(handler, reason)
{
    /// <summary>One of <see cref="Reasons"/>.</summary>
    public string Reason => Message;

    public Fact Required { get; } = required;

    public Fact Actual { get; } = actual;

    /// <summary>What happened, where this case has a better sentence than its reason.</summary>
    public string? Detail { get; init; }

    /// <summary>What helps, likewise.</summary>
    public string? Hint { get; init; }

    /// <summary>What the challenge asks for, such as <c>scope="visitors:read"</c>; null for nothing.</summary>
    public string? Challenge { get; init; }
}

/// <summary>Something that was needed or was there: in words on the span, as JSON in the response.</summary>
/// <param name="Words">Such as <c>role admin</c>.</param>
/// <param name="Json">Such as <c>new { Role = "admin" }</c>.</param>
public sealed record Fact(string Words, object Json)
{
    /// <summary>Such as <c>roles user, admin</c> or <c>no roles</c>.</summary>
    public static string List(string name, IReadOnlyList<string> values) =>
        values.Count == 0 ? $"no {name}" : $"{name} {string.Join(", ", values)}";
}

/// <summary>
/// Why authentication failed: handed to <c>AuthenticateResult.Fail</c>. It holds nothing of the credential, so it may be logged.
/// </summary>
/// <param name="reason">One of <see cref="Reasons"/>.</param>
public sealed class CredentialRefusedException(string reason) : Exception($"The credential was refused: {reason}.")
{
    /// <summary>One of <see cref="Reasons"/>.</summary>
    public string Reason { get; } = reason;

    /// <summary>What happened, where this case has a better sentence than its reason.</summary>
    public string? Detail { get; init; }

    /// <summary>What helps, likewise.</summary>
    public string? Hint { get; init; }
}
