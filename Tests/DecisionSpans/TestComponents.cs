using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Rendering;
using Microsoft.AspNetCore.Components.Routing;

namespace AuthDemo.Tests.DecisionSpans;

/// <summary>Razor components, rendered on the server.</summary>
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

/// <summary>A page for admins.</summary>
[Route("/component/page"), Authorize(Roles = "admin")]
public sealed class TestPage : ComponentBase
{
    protected override void BuildRenderTree(RenderTreeBuilder builder) => builder.AddContent(0, "yes");
}

[Route("/component/open")]
public sealed class OpenPage : ComponentBase
{
    protected override void BuildRenderTree(RenderTreeBuilder builder) => builder.AddContent(0, "yes");
}

/// <summary>An open page with a button for admins.</summary>
[Route("/component/view")]
public sealed class TestViewPage : ComponentBase
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
