using AuthDemo.Api.Building;
using AuthDemo.Api.Refusals;
using AuthDemo.Api.Security;
using AuthDemo.ServiceDefaults;

namespace AuthDemo.Api.Users;

internal static class UserEndpoints
{
    public static void MapUsers(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/users", (Inventory inventory) => TypedResults.Ok(inventory.People))
            .WithSummary("The building's directory")
            .RequireAuthorization(Policies.BadgeHolders);

        routes.MapDelete("/users/{id}", (string id, Inventory inventory) => inventory.Remove(id) ? Results.NoContent() : Refused.NotFound)
            .WithSummary("Delete somebody from the directory")
            .RequireAuthorization(Policies.AdminsOnly)
            .Produces(StatusCodes.Status204NoContent)
            .Refuses(Reasons.RoleMissing, Reasons.NotFound);
    }
}
