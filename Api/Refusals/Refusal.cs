using System.Security.Claims;
using AuthDemo.ServiceDefaults;
using Microsoft.AspNetCore.Authorization;

namespace AuthDemo.Api.Refusals;

/// <summary>A rejected request, with the reason. Endpoints return it as their result; the <see cref="RefusalWriter"/> writes it.</summary>
/// <param name="Reason">One of <see cref="Reasons"/>.</param>
internal sealed record Refusal(string Reason) : IResult
{
    /// <summary>The resource does not exist, or the caller must not know that it does.</summary>
    public static readonly Refusal NotFound = new(Reasons.NotFound);

    /// <summary>The detail, if more specific than that of the reason.</summary>
    public string? Detail { get; init; }

    /// <summary>The hint, if more specific than that of the reason.</summary>
    public string? Hint { get; init; }

    /// <summary>The policy that failed; null for authentication.</summary>
    public string? Policy { get; init; }

    /// <summary>What was required.</summary>
    public Fact? Required { get; init; }

    /// <summary>What was found instead; never from a rejected token.</summary>
    public Fact? Actual { get; init; }

    /// <summary>A challenge parameter such as <c>scope="visitors:read"</c>; null for none.</summary>
    public string? Challenge { get; init; }

    public Task ExecuteAsync(HttpContext httpContext) =>
        httpContext.RequestServices.GetRequiredService<RefusalWriter>().WriteAsync(httpContext, this);

    /// <summary>Creates the refusal for a failed policy.</summary>
    /// <exception cref="InvalidOperationException">A requirement failed without a <see cref="Denial"/>: a bug here.</exception>
    public static Refusal Of(AuthorizationFailure? failure, string? policy) =>
        failure?.FailureReasons.OfType<Denial>().FirstOrDefault() is { } denial
            ? denial.Refusal with { Policy = policy }
            : throw new InvalidOperationException($"The policy {policy} refused a request and gave no reason.");
}

/// <summary>A requirement or a fact: JSON for the response, text for the span.</summary>
/// <param name="Json">For example <c>new { Role = "admin" }</c>.</param>
/// <param name="Words">For example <c>role admin</c>.</param>
internal sealed record Fact(object Json, string? Words = null)
{
    /// <summary>For example <c>roles user, admin</c> or <c>no roles</c>.</summary>
    public static string List(string name, IReadOnlyList<string> values) =>
        values.Count == 0 ? $"no {name}" : $"{name} {string.Join(", ", values)}";
}

/// <summary>Why a requirement failed; passed to <see cref="AuthorizationHandlerContext.Fail(AuthorizationFailureReason)"/>.</summary>
internal sealed class Denial(IAuthorizationHandler handler, Refusal refusal) : AuthorizationFailureReason(handler, refusal.Reason)
{
    public Refusal Refusal => refusal;
}

/// <summary>
/// Why authentication failed; passed to <c>AuthenticateResult.Fail</c>. The message contains nothing of the credential, so it can be
/// logged.
/// </summary>
internal sealed class CredentialRefusedException(Refusal refusal) : Exception($"The credential was refused: {refusal.Reason}.")
{
    public Refusal Refusal => refusal;

    /// <summary>The rejected token, for the span in Development; null if there was not exactly one.</summary>
    public string? Token { get; init; }
}

internal static class ResourceAuthorization
{
    /// <summary>Evaluates a policy for a resource. Returns the refusal, or null if access is allowed.</summary>
    public static async Task<IResult?> RefusalOfAsync(
        this IAuthorizationService authorization, ClaimsPrincipal caller, object resource, string policy)
    {
        var result = await authorization.AuthorizeAsync(caller, resource, policy);
        return result.Succeeded ? null : Refusal.Of(result.Failure, policy);
    }
}
