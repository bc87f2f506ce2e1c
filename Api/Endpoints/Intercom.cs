using AuthDemo.Api.Authorization;
using AuthDemo.Api.Refusals;
using AuthDemo.ServiceDefaults;

namespace AuthDemo.Api.Endpoints;

/// <summary>What the intercom says.</summary>
/// <param name="Message">A sentence.</param>
internal sealed record Announcement(string Message);

internal static class IntercomEndpoints
{
    /// <summary>
    /// The intercom asks where you are, not who you are: a refusal is a 403 for anonymous callers too, since logging in would not help.
    /// </summary>
    public static void MapIntercom(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/intercom", () => TypedResults.Ok(new Announcement("You are calling from inside the building.")))
            .WithSummary("The intercom: for callers on the office network, with or without a badge")
            .RequireAuthorization(Policies.OfficeNetworkOnly)
            .Refuses(Reasons.NetworkNotAllowed);
}
