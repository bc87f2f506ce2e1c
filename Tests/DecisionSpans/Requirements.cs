using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;

namespace AuthDemo.Tests.DecisionSpans;

/// <summary>A requirement with a handler that gives no reason.</summary>
internal sealed class MinimumAgeRequirement : AuthorizationHandler<MinimumAgeRequirement>, IAuthorizationRequirement
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, MinimumAgeRequirement requirement) =>
        Task.CompletedTask;
}

/// <summary>A requirement whose handler says why not, in words with personal data.</summary>
internal sealed class SubscriptionRequirement : AuthorizationHandler<SubscriptionRequirement>, IAuthorizationRequirement
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, SubscriptionRequirement requirement)
    {
        context.Fail(new AuthorizationFailureReason(this, "alice@example.org has not paid"));
        return Task.CompletedTask;
    }
}

/// <summary>A requirement whose handler breaks.</summary>
internal sealed class BrokenRequirement : AuthorizationHandler<BrokenRequirement>, IAuthorizationRequirement
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, BrokenRequirement requirement) =>
        throw new FormatException("broken");
}

/// <summary>A requirement whose handler waits until the caller has left.</summary>
internal sealed class SlowRequirement : AuthorizationHandler<SlowRequirement>, IAuthorizationRequirement
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, SlowRequirement requirement) =>
        Task.Delay(Timeout.Infinite, ((HttpContext)context.Resource!).RequestAborted);
}

/// <summary>Requirement data that is also <see cref="IAuthorizeData"/>, as the framework's documentation shows it.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class MinimumAgeAuthorizeAttribute : AuthorizeAttribute, IAuthorizationRequirementData
{
    public IEnumerable<IAuthorizationRequirement> GetRequirements() => [new MinimumAgeRequirement()];
}

/// <summary>Requirement data alone.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class AdultsAttribute : Attribute, IAuthorizationRequirementData
{
    public IEnumerable<IAuthorizationRequirement> GetRequirements() =>
        [.. new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build().Requirements, new MinimumAgeRequirement()];
}
