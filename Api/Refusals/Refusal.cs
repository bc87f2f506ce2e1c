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

    /// <summary>What happened, where this request's case has a better sentence than its reason.</summary>
    public string? Detail { get; init; }

    /// <summary>What helps, likewise.</summary>
    public string? Hint { get; init; }

    /// <summary>The policy that said no; null where authentication did.</summary>
    public string? Policy { get; init; }

    /// <summary>What was needed, for the response.</summary>
    public object? Required { get; init; }

    /// <summary>What was there instead, likewise. Never from a token that failed.</summary>
    public object? Actual { get; init; }

    /// <summary>What the challenge asks for; null for nothing.</summary>
    public string? Challenge { get; init; }

    public Task ExecuteAsync(HttpContext httpContext) =>
        httpContext.RequestServices.GetRequiredService<RefusalWriter>().WriteAsync(httpContext, this);

    /// <summary>The refusal that follows from a failed policy.</summary>
    /// <exception cref="InvalidOperationException">A requirement failed without a <see cref="Denial"/>: a bug here.</exception>
    public static Refusal Of(AuthorizationFailure? failure, string? policy)
    {
        var denial = failure?.FailureReasons.OfType<Denial>().FirstOrDefault()
            ?? throw new InvalidOperationException($"The policy {policy} refused a request and gave no reason.");
        return new(denial.Reason)
        {
            Detail = denial.Detail,
            Hint = denial.Hint,
            Policy = policy,
            Required = denial.Required.Json,
            Actual = denial.Actual.Json,
            Challenge = denial.Challenge,
        };
    }
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
