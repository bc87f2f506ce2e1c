namespace AuthDemo.Api.Refusals;

/// <summary>The reasons for which an endpoint can refuse, beyond those of every protected endpoint. For the OpenAPI document.</summary>
internal sealed record RefusalMetadata(IReadOnlyList<string> Reasons);

internal static class RefusalConventions
{
    public static RouteHandlerBuilder Refuses(this RouteHandlerBuilder endpoint, params string[] reasons) =>
        endpoint.WithMetadata(new RefusalMetadata(reasons));
}
