using AuthDemo.ServiceDefaults;
using Microsoft.AspNetCore.Authorization;

namespace AuthDemo.Api.Refusals;

/// <summary>One request that is refused, and why.</summary>
/// <param name="Reason">One of <see cref="ServiceDefaults.Reasons"/>.</param>
internal sealed record Refusal(string Reason)
{
    public Explanation Explanation => Explanation.Of(Reason);

    /// <summary>What happened, where this request's case has a better sentence than its reason.</summary>
    public string? Detail { get; init; }

    /// <summary>The policy that said no; null where authentication did.</summary>
    public string? Policy { get; init; }

    /// <summary>What was needed, as a small object.</summary>
    public object? Required { get; init; }

    /// <summary>What was there instead, likewise. Never from a token that failed.</summary>
    public object? Actual { get; init; }

    /// <exception cref="InvalidOperationException">A requirement failed without a <see cref="Denial"/>: a mistake in this
    /// program.</exception>
    public static Refusal Of(AuthorizationFailure? failure, string? policy)
    {
        var denial = failure?.FailureReasons.OfType<Denial>().FirstOrDefault()
            ?? throw new InvalidOperationException($"The policy {policy} refused a request and gave no reason.");
        return new Refusal(denial.Reason) { Policy = policy, Required = denial.Required, Actual = denial.Actual };
    }
}
