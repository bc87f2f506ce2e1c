using System.Security.Claims;
using AuthDemo.Api.Authorization;
using AuthDemo.Api.Building;
using AuthDemo.Api.Refusals;
using AuthDemo.ServiceDefaults;
using Microsoft.AspNetCore.Authorization;

namespace AuthDemo.Api.Endpoints;

internal static class SafeEndpoints
{
    /// <summary>
    /// For another owner's safe the response equals that for a number that does not exist (RFC 9110, section 15.5.4: 404 instead of 403
    /// hides a resource). The timing can differ, since the rejection is logged and counted.
    /// </summary>
    public static void MapSafes(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/safes/{number:int}", OpenAsync)
            .WithSummary("Open a safe: nobody but its owner may know that it exists")
            .RequireAuthorization(Policies.BadgeHolders)
            .Produces<Safe>()
            .ProducesProblem(Reasons.NotFound);

    private static async Task<IResult> OpenAsync(
        int number, ClaimsPrincipal caller, Inventory inventory, IAuthorizationService authorization)
    {
        if (inventory.Safes.SingleOrDefault(safe => safe.Number == number) is not { } safe) return Refusal.NotFound;
        return await authorization.RefusalOfAsync(caller, safe, Policies.SafeOwner) ?? TypedResults.Ok(safe);
    }
}
