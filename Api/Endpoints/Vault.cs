using System.Security.Claims;
using AuthDemo.Api.Authorization;
using AuthDemo.ServiceDefaults;

namespace AuthDemo.Api.Endpoints;

/// <summary>A recorded opening of the vault.</summary>
/// <param name="Person">The <c>sub</c> of the person who opened it.</param>
/// <param name="At">The time of the opening.</param>
internal sealed record VaultEntry(string? Person, DateTimeOffset At);

internal static class VaultEndpoints
{
    public static void MapVault(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/vault/entries", (ClaimsPrincipal caller, TimeProvider time) =>
                TypedResults.Created((string?)null, new VaultEntry(caller.FindFirstValue("sub"), time.GetUtcNow())))
            .WithSummary("Open the vault: for whoever logged in with a one-time code, too")
            .RequireAuthorization(Policies.SecondFactor)
            .ProducesProblem(Reasons.SecondFactorMissing);
}
