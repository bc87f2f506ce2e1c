using AuthDemo.Api.Authorization;
using AuthDemo.Api.Building;
using AuthDemo.ServiceDefaults;

namespace AuthDemo.Api.Endpoints;

internal static class VisitorEndpoints
{
    public static void MapVisitors(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/visitors", (Inventory inventory) => TypedResults.Ok(inventory.Visitors))
            .WithSummary("Today's visitors: the client needs the scope visitors:read")
            .RequireAuthorization(Policies.VisitorReaders)
            .ProducesProblem(Reasons.ScopeMissing);
}
