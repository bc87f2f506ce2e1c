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
    /// Somebody else's safe answers exactly as a number that does not exist (RFC 9110, section 15.5.4: a server may hide that a
    /// resource exists by answering 404 in place of 403). Equal to the byte, not to the microsecond: the refusal is decided, logged and
    /// counted.
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
