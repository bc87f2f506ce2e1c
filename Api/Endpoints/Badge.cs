using System.Security.Claims;
using AuthDemo.Api.Authorization;

namespace AuthDemo.Api.Endpoints;

/// <summary>The caller's identity, as the API sees it: what the access token says (RFC 9068).</summary>
/// <param name="Subject">Who: <c>sub</c>.</param>
/// <param name="Name">Their name: <c>name</c>, or <c>preferred_username</c> for a device.</param>
/// <param name="Client">The client that the token was given to: <c>client_id</c>.</param>
/// <param name="Roles">Roles in the realm.</param>
/// <param name="Groups">Groups in the realm.</param>
/// <param name="Scopes">What the client may do for its user: <c>scope</c>, taken apart.</param>
/// <param name="Issuer">Who vouches for all this: <c>iss</c>.</param>
/// <param name="Audience">Whom the token is meant for: <c>aud</c>.</param>
/// <param name="ExpiresAt">When it ends: <c>exp</c>.</param>
/// <param name="AuthenticatedAt">When the person last logged in: <c>auth_time</c>; null for a device.</param>
/// <param name="Acr">How strong that login was: <c>acr</c>; null where the token does not say.</param>
internal sealed record BadgeCard(
    string? Subject,
    string? Name,
    string? Client,
    IReadOnlyList<string> Roles,
    IReadOnlyList<string> Groups,
    IReadOnlyList<string> Scopes,
    string? Issuer,
    string? Audience,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset? AuthenticatedAt,
    string? Acr);

internal static class BadgeEndpoints
{
    public static void MapBadge(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/badge", (ClaimsPrincipal caller) => TypedResults.Ok(Read(caller)))
            .WithSummary("Your badge: who you are to this API")
            .RequireAuthorization(Policies.BadgeHolders);

    private static BadgeCard Read(ClaimsPrincipal caller) => new(
        caller.FindFirstValue("sub"),
        caller.FindFirstValue("name") ?? caller.FindFirstValue("preferred_username"),
        caller.FindFirstValue("client_id"),
        caller.Roles(),
        caller.Groups(),
        caller.Scopes(),
        caller.FindFirstValue("iss"),
        string.Join(' ', caller.FindAll("aud").Select(audience => audience.Value)),
        caller.TimeOf("exp"),
        caller.TimeOf("auth_time"),
        caller.FindFirstValue("acr"));
}
