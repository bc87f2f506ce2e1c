using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ApplicationModels;
using Microsoft.AspNetCore.Mvc.Authorization;

namespace AuthDemo.Tests.DecisionSpans;

/// <summary>MVC: an attribute, a filter, and a "no" by code.</summary>
[Route("mvc")]
public sealed class TestController : ControllerBase
{
    [HttpGet("attribute"), Authorize(Roles = "admin")]
    public string? ForAdmins() => User.Identity?.Name;

    [HttpGet("filter"), TypeFilter(typeof(AuthorizeFilter), Arguments = ["Admins"])]
    public string? Filtered() => User.Identity?.Name;

    [HttpGet("convention"), Filtered]
    public string? FilteredByConvention() => User.Identity?.Name;

    [HttpGet("forbid"), Authorize]
    public IActionResult Refuse() => Forbid();
}

/// <summary>Adds a filter to an action, as an application's conventions do.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class FilteredAttribute : Attribute, IActionModelConvention
{
    public void Apply(ActionModel action) => action.Filters.Add(new AuthorizeFilter("Sales"));
}
