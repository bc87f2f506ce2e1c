using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Infrastructure;
using Microsoft.AspNetCore.Http;

namespace AuthDemo.ServiceDefaults.AuthTracing;

/// <summary>
/// Puts a span <c>authorize {policy}</c> around the decision of whether the caller may: the one before the endpoint, and those that an
/// endpoint
/// asks for by a policy's name.
/// </summary>
internal sealed class TracedAuthorizationService(IAuthorizationService inner, IHttpContextAccessor accessor) : IAuthorizationService
{
    public Task<AuthorizationResult> AuthorizeAsync(ClaimsPrincipal user, object? resource, string policyName) =>
        TraceAsync(user, policyName, () => inner.AuthorizeAsync(user, resource, policyName));

    public Task<AuthorizationResult> AuthorizeAsync(
        ClaimsPrincipal user, object? resource, IEnumerable<IAuthorizationRequirement> requirements)
    {
        var all = requirements as IReadOnlyCollection<IAuthorizationRequirement> ?? [.. requirements];
        Task<AuthorizationResult> Decide() => inner.AuthorizeAsync(user, resource, all);

        // The authorization middleware passes the request as the resource. Where it needs to know the caller and does not, authentication
        // has refused already.
        return resource is HttpContext context && (user.Identity?.IsAuthenticated == true || !all.Any(NeedsUser))
            ? TraceAsync(user, PolicyOf(context), Decide)
            : Decide();
    }

    private async Task<AuthorizationResult> TraceAsync(ClaimsPrincipal user, string policy, Func<Task<AuthorizationResult>> decide)
    {
        using var span = AuthSource.Source.StartActivity($"{Steps.Authorize} {policy}");
        span?.SetTag(AuthSource.Policy, policy);
        span.SetUser(user);

        var result = await decide();
        var outcome = result.Succeeded ? Outcomes.Allowed : Outcomes.Denied;
        span?.SetTag(AuthSource.Outcome, outcome);
        if (!result.Succeeded) span.SetRefused(ReasonOf(result.Failure));
        if (accessor.HttpContext is { } context) Decision.Note(context, new Decision(Steps.Authorize, policy, outcome));
        return result;
    }

    private static bool NeedsUser(IAuthorizationRequirement requirement) =>
        requirement is DenyAnonymousAuthorizationRequirement or RolesAuthorizationRequirement or ClaimsAuthorizationRequirement;

    private static string PolicyOf(HttpContext context)
    {
        var names = context.GetEndpoint()?.Metadata.GetOrderedMetadata<IAuthorizeData>().Select(data => data.Policy ?? data.Roles).OfType<string>();
        return names is not null && names.Any() ? string.Join('+', names) : "default";
    }

    private static string? ReasonOf(AuthorizationFailure? failure)
    {
        if (failure?.FailureReasons.OfType<Denial>().FirstOrDefault() is { } denial) return denial.Reason;
        return failure?.FailedRequirements.OfType<RolesAuthorizationRequirement>().Any() == true ? Reasons.RoleMissing : null;
    }
}
