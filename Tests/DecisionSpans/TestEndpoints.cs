using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Rendering;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ApplicationModels;
using Microsoft.AspNetCore.Mvc.Authorization;
using Microsoft.AspNetCore.SignalR;
using Route = Microsoft.AspNetCore.Components.RouteAttribute;

namespace AuthDemo.Tests.DecisionSpans;

[Microsoft.AspNetCore.Mvc.Route("mvc")]
public sealed class TestController : ControllerBase
{
    [HttpGet("attribute"), Authorize(Roles = "admin")]
    public string? ForAdmins() => User.Identity?.Name;

    [HttpGet("filter"), TypeFilter(typeof(AuthorizeFilter), Arguments = ["Admins"])]
    public string? Filtered() => User.Identity?.Name;

    [HttpGet("convention"), Filtered]
    public string? FilteredByConvention() => User.Identity?.Name;
}

/// <summary>Adds a filter to an action, as an application's conventions do.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class FilteredAttribute : Attribute, IActionModelConvention
{
    public void Apply(ActionModel action) => action.Filters.Add(new AuthorizeFilter("Sales"));
}

[Authorize]
public sealed class TestHub(IAuthorizationService authorization) : Hub
{
    [Authorize("Admins")]
    public string? ForAdmins() => Context.User?.Identity?.Name;

    public async Task<int> Ask(int times)
    {
        for (var time = 0; time < times; time++) await authorization.AuthorizeAsync(Context.User!, resource: null, "Admins");
        return times;
    }
}

public sealed class TestComponents : ComponentBase
{
    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        builder.OpenComponent<Router>(0);
        builder.AddAttribute(1, nameof(Router.AppAssembly), typeof(TestComponents).Assembly);
        builder.AddAttribute(2, nameof(Router.Found), (RenderFragment<Microsoft.AspNetCore.Components.RouteData>)(route => content =>
        {
            content.OpenComponent<RouteView>(0);
            content.AddAttribute(1, nameof(RouteView.RouteData), route);
            content.CloseComponent();
        }));
        builder.CloseComponent();
    }
}

[Route("/component/open")]
public class OpenPage : ComponentBase
{
    protected override void BuildRenderTree(RenderTreeBuilder builder) => builder.AddContent(0, "yes");
}

[Route("/component/page"), Authorize(Roles = "admin")]
public sealed class AdminPage : OpenPage;

[Route("/component/view")]
public sealed class ButtonPage : ComponentBase
{
    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        builder.OpenComponent<AuthorizeView>(0);
        builder.AddAttribute(1, nameof(AuthorizeView.Roles), "admin");
        RenderFragment<AuthenticationState> button = _ => content => content.AddContent(0, "button");
        builder.AddAttribute(2, nameof(AuthorizeView.Authorized), button);
        builder.CloseComponent();
    }
}

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

[AttributeUsage(AttributeTargets.Method)]
internal sealed class AdultsAttribute : Attribute, IAuthorizationRequirementData
{
    public IEnumerable<IAuthorizationRequirement> GetRequirements() =>
        [.. new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build().Requirements, new MinimumAgeRequirement()];
}
