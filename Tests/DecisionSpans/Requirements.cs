using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

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

/// <summary>A requirement whose handler asks for the same policy, about no resource, before it agrees.</summary>
internal sealed class RepeatedRequirement : AuthorizationHandler<RepeatedRequirement>, IAuthorizationRequirement
{
    protected override async Task HandleRequirementAsync(AuthorizationHandlerContext context, RepeatedRequirement requirement)
    {
        if (context.Resource is HttpContext { RequestServices: var services })
            await services.GetRequiredService<IAuthorizationService>().AuthorizeAsync(context.User, null, context.Requirements);
        context.Succeed(requirement);
    }
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
