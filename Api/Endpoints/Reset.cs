using AuthDemo.Api.Authorization;
using AuthDemo.Api.Building;
using AuthDemo.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AuthDemo.Api.Endpoints;

internal static class ResetEndpoints
{
    public static void MapReset(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/reset", ResetAsync)
            .WithSummary("Put the building back as it was at the start")
            .RequireAuthorization(Policies.AdminsOnly)
            .Audited("reset")
            .ProducesProblem(Reasons.RoleMissing);

    private static async Task<NoContent> ResetAsync(Inventory inventory)
    {
        await inventory.ResetAsync();
        return TypedResults.NoContent();
    }
}
