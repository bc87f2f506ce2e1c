namespace AuthDemo.Api.Endpoints;

/// <summary>The lobby's response.</summary>
/// <param name="Message">A greeting.</param>
internal sealed record Welcome(string Message);

internal static class LobbyEndpoints
{
    /// <summary>The lobby is open: no token is required, and none is read.</summary>
    public static void MapLobby(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/lobby", () => TypedResults.Ok(new Welcome("Welcome to the building. Beyond this lobby you need a badge.")))
            .WithSummary("The lobby: open to everybody")
            .AllowAnonymous();
}
