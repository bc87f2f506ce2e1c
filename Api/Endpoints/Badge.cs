using System.Security.Claims;
using AuthDemo.Api.Authorization;

namespace AuthDemo.Api.Endpoints;

/// <summary>The caller's identity, from the access token (RFC 9068).</summary>
/// <param name="Subject">The subject: <c>sub</c>.</param>
/// <param name="Name">The name: <c>name</c>, or <c>preferred_username</c> for a device.</param>
/// <param name="Client">The client: <c>client_id</c>.</param>
/// <param name="Roles">Roles in the realm.</param>
/// <param name="Groups">Groups in the realm.</param>
/// <param name="Scopes">The scopes: <c>scope</c>.</param>
/// <param name="Issuer">The issuer: <c>iss</c>.</param>
/// <param name="Audience">The audience: <c>aud</c>.</param>
/// <param name="ExpiresAt">When the token expires: <c>exp</c>.</param>
/// <param name="AuthenticatedAt">When the user last logged in: <c>auth_time</c>; null for a device.</param>
/// <param name="Acr">The authentication level: <c>acr</c>; null if the token has none.</param>
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
