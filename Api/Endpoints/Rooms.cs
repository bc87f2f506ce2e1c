using System.Security.Claims;
using AuthDemo.Api.Authorization;
using AuthDemo.Api.Building;
using AuthDemo.Api.Refusals;
using AuthDemo.ServiceDefaults;
using Microsoft.AspNetCore.Authorization;

namespace AuthDemo.Api.Endpoints;

/// <summary>A recorded entry into a room.</summary>
/// <param name="Room">The room's id.</param>
/// <param name="Person">The <c>sub</c> of the person who entered.</param>
/// <param name="At">The time of the entry.</param>
internal sealed record Entry(string Room, string? Person, DateTimeOffset At);

internal static class RoomEndpoints
{
    public static void MapRooms(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/rooms", (Inventory inventory) => TypedResults.Ok(inventory.Rooms))
            .WithSummary("The rooms, and the group that each asks for")
            .RequireAuthorization(Policies.BadgeHolders);

        routes.MapPost("/rooms/{id}/entries", EnterAsync)
            .WithSummary("Go into a room")
            .RequireAuthorization(Policies.BadgeHolders)
            .Produces<Entry>(StatusCodes.Status201Created)
            .ProducesProblem(Reasons.GroupMissing, Reasons.NotFound);
    }

    private static async Task<IResult> EnterAsync(
        string id, ClaimsPrincipal caller, Inventory inventory, IAuthorizationService authorization, TimeProvider time)
    {
        if (inventory.Rooms.SingleOrDefault(room => room.Id == id) is not { } room) return Refusal.NotFound;
        return await authorization.RefusalOfAsync(caller, room, Policies.RoomGroup)
            ?? TypedResults.Created((string?)null, new Entry(room.Id, caller.FindFirstValue("sub"), time.GetUtcNow()));
    }
}
