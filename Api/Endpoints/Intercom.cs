using AuthDemo.Api.Authorization;
using AuthDemo.Api.Refusals;
using AuthDemo.ServiceDefaults;
using Microsoft.AspNetCore.Authorization;

namespace AuthDemo.Api.Endpoints;

/// <summary>The intercom's response.</summary>
/// <param name="Message">The message.</param>
internal sealed record Announcement(string Message);

internal static class IntercomEndpoints
{
    /// <summary>
    /// Checks the caller's network, not the identity, so a rejection is 403 for anonymous callers, too. Not a policy on the endpoint,
    /// because the framework challenges anonymous callers whenever one fails.
    /// </summary>
    public static void MapIntercom(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/intercom", AnswerAsync)
            .WithSummary("The intercom: for callers on the office network, with or without a badge")
            .AllowAnonymous()
            .Produces<Announcement>()
            .ProducesProblem(Reasons.NetworkNotAllowed);

    private static async Task<IResult> AnswerAsync(HttpContext http, IAuthorizationService authorization) =>
        await authorization.RefusalOfAsync(http.User, http, Policies.OfficeNetworkOnly)
            ?? TypedResults.Ok(new Announcement("You are calling from inside the building."));
}
