using AuthDemo.Api.Authorization;
using AuthDemo.Api.Building;
using AuthDemo.Api.Refusals;
using AuthDemo.ServiceDefaults;

namespace AuthDemo.Api.Endpoints;

internal static class UserEndpoints
{
    public static void MapUsers(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/users", async (Inventory inventory) => TypedResults.Ok(await inventory.FindPeopleAsync()))
            .WithSummary("The building's directory")
            .RequireAuthorization(Policies.BadgeHolders);

        routes.MapDelete("/users/{id}", async (string id, Inventory inventory) =>
                await inventory.RemoveAsync(id) ? Results.NoContent() : Refusal.NotFound)
            .Audited("delete-user")
            .WithSummary("Delete somebody from the directory")
            .RequireAuthorization(Policies.AdminsOnly)
            .Produces(StatusCodes.Status204NoContent)
            .ProducesProblem(Reasons.RoleMissing, Reasons.NotFound);
    }
}
