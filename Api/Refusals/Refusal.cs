using AuthDemo.ServiceDefaults;
using Microsoft.AspNetCore.Authorization;

namespace AuthDemo.Api.Refusals;

/// <summary>One request that is refused, and why.</summary>
/// <param name="Reason">One of <see cref="ServiceDefaults.Reasons"/>.</param>
internal sealed record Refusal(string Reason)
{
    public Reason Explanation => Reasons.Of(Reason);

    /// <summary>What happened, where this request's case has a better sentence than its reason.</summary>
    public string? Detail { get; init; }

    /// <summary>The policy that said no; null where authentication did.</summary>
    public string? Policy { get; init; }

    /// <summary>What was needed: a record of Facts.cs.</summary>
    public object? Required { get; init; }

    /// <summary>What was there instead, likewise. Never from a token that failed.</summary>
    public object? Actual { get; init; }

    /// <summary>The refusal that a policy has given this request; null where none has.</summary>
    public static Refusal? Of(HttpContext context) => context.Features.Get<Refusal>();

    /// <summary>The refusal that follows from a failed policy.</summary>
    /// <exception cref="InvalidOperationException">A requirement failed without a <see cref="Denial"/>: a mistake here.</exception>
    public static Refusal Of(AuthorizationFailure? failure, string? policy)
    {
        var denial = failure?.FailureReasons.OfType<Denial>().FirstOrDefault()
            ?? throw new InvalidOperationException($"The policy {policy} refused a request and gave no reason.");
        return new Refusal(denial.Reason) { Policy = policy, Required = denial.Required, Actual = denial.Actual };
    }
}

/// <summary>The reasons for which an endpoint can refuse, beyond those of every protected endpoint. For the OpenAPI document.</summary>
internal sealed record RefusalMetadata(IReadOnlyList<string> Reasons);

internal static class RefusalConventions
{
    public static RouteHandlerBuilder Refuses(this RouteHandlerBuilder endpoint, params string[] reasons) =>
        endpoint.WithMetadata(new RefusalMetadata(reasons));
}
