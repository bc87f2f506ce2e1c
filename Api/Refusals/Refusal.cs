using System.Security.Claims;
using AuthDemo.ServiceDefaults;
using Microsoft.AspNetCore.Authorization;

namespace AuthDemo.Api.Refusals;

/// <summary>The answer "no", and why. An endpoint returns it as its result; the <see cref="RefusalWriter"/> writes it.</summary>
/// <param name="Reason">One of <see cref="Reasons"/>.</param>
internal sealed record Refusal(string Reason) : IResult
{
    /// <summary>There is no such thing, or the caller must not learn that there is.</summary>
    public static readonly Refusal NotFound = new(Reasons.NotFound);

    /// <summary>What happened, where this case has a better sentence than its reason.</summary>
    public string? Detail { get; init; }

    /// <summary>What helps, likewise.</summary>
    public string? Hint { get; init; }

    /// <summary>The policy that said no; null where authentication did.</summary>
    public string? Policy { get; init; }

    /// <summary>What was needed.</summary>
    public Fact? Required { get; init; }

    /// <summary>What was there instead. Never from a token that failed.</summary>
    public Fact? Actual { get; init; }

    /// <summary>What the challenge asks for, such as <c>scope="visitors:read"</c>; null for nothing.</summary>
    public string? Challenge { get; init; }

    public Task ExecuteAsync(HttpContext httpContext) =>
        httpContext.RequestServices.GetRequiredService<RefusalWriter>().WriteAsync(httpContext, this);

    /// <summary>The refusal that follows from a failed policy.</summary>
    /// <exception cref="InvalidOperationException">A requirement failed without a <see cref="Denial"/>: a bug here.</exception>
    public static Refusal Of(AuthorizationFailure? failure, string? policy) =>
        failure?.FailureReasons.OfType<Denial>().FirstOrDefault() is { } denial
            ? denial.Refusal with { Policy = policy }
            : throw new InvalidOperationException($"The policy {policy} refused a request and gave no reason.");
}

/// <summary>Something that was needed or was there: as JSON in the response, in words on the span of a policy.</summary>
/// <param name="Json">Such as <c>new { Role = "admin" }</c>.</param>
/// <param name="Words">Such as <c>role admin</c>.</param>
internal sealed record Fact(object Json, string? Words = null)
{
    /// <summary>Such as <c>roles user, admin</c> or <c>no roles</c>.</summary>
    public static string List(string name, IReadOnlyList<string> values) =>
        values.Count == 0 ? $"no {name}" : $"{name} {string.Join(", ", values)}";
}

/// <summary>Why a requirement said no: handed to <see cref="AuthorizationHandlerContext.Fail(AuthorizationFailureReason)"/>.</summary>
internal sealed class Denial(IAuthorizationHandler handler, Refusal refusal) : AuthorizationFailureReason(handler, refusal.Reason)
{
    public Refusal Refusal => refusal;
}

/// <summary>
/// Why authentication failed: handed to <c>AuthenticateResult.Fail</c>. Its text holds nothing of the credential, so it may be logged.
/// </summary>
internal sealed class CredentialRefusedException(Refusal refusal) : Exception($"The credential was refused: {refusal.Reason}.")
{
    public Refusal Refusal => refusal;

    /// <summary>The refused token, for its span; null where it was not looked at.</summary>
    public UnverifiedToken? Token { get; init; }
}

internal static class ResourceAuthorization
{
    /// <summary>Asks a policy about one thing: null where the caller may, else the refusal to answer with.</summary>
    public static async Task<IResult?> RefusalOfAsync(
        this IAuthorizationService authorization, ClaimsPrincipal caller, object resource, string policy)
    {
        var result = await authorization.AuthorizeAsync(caller, resource, policy);
        return result.Succeeded ? null : Refusal.Of(result.Failure, policy);
    }
}
