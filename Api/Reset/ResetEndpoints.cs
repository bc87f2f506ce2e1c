using AuthDemo.Api.Building;
using AuthDemo.Api.Refusals;
using AuthDemo.Api.Security;
using AuthDemo.ServiceDefaults;

namespace AuthDemo.Api.Reset;

internal static class ResetEndpoints
{
    public static void MapReset(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/reset", Reset)
            .WithSummary("Put the building back as it was at the start")
            .RequireAuthorization(Policies.AdminsOnly)
            .Refuses(Reasons.RoleMissing);

    private static Microsoft.AspNetCore.Http.HttpResults.NoContent Reset(Inventory inventory)
    {
        inventory.Reset();
        return TypedResults.NoContent();
    }
}
