using AuthDemo.Api.Authorization;
using AuthDemo.ServiceDefaults;

namespace AuthDemo.Api.Endpoints;

/// <summary>The state of the disarmed alarm.</summary>
/// <param name="DisarmedAt">When it was disarmed.</param>
internal sealed record AlarmState(DateTimeOffset DisarmedAt);

internal static class AlarmEndpoints
{
    public static void MapAlarm(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/alarm/disarm", (TimeProvider time) => TypedResults.Ok(new AlarmState(time.GetUtcNow())))
            .WithSummary("Disarm the alarm: for admins who have just logged in")
            .RequireAuthorization(Policies.AdminsWithRecentLogin)
            .Audited("disarm-alarm")
            .ProducesProblem(Reasons.RoleMissing, Reasons.LoginTooOld);
}
