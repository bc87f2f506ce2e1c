using System.Security.Claims;
using AuthDemo.Api.Authorization;
using AuthDemo.Api.Building;
using AuthDemo.Api.Refusals;
using AuthDemo.ServiceDefaults;
using Microsoft.AspNetCore.Authorization;

namespace AuthDemo.Api.Endpoints;

internal static class LockerEndpoints
{
    public static void MapLockers(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/lockers/{number:int}", OpenAsync)
            .WithSummary("Open a locker")
            .RequireAuthorization(Policies.BadgeHolders)
            .Produces<Locker>()
            .ProducesProblem(Reasons.NotOwner, Reasons.NotFound);

    private static async Task<IResult> OpenAsync(
        int number, ClaimsPrincipal caller, Inventory inventory, IAuthorizationService authorization)
    {
        if (inventory.Lockers.SingleOrDefault(locker => locker.Number == number) is not { } locker) return Refusal.NotFound;
        return await authorization.RefusalOfAsync(caller, locker, Policies.LockerOwner) ?? TypedResults.Ok(locker);
    }
}
