using System.Text.Json.Serialization;
using AuthDemo.Api.Authentication;
using AuthDemo.Api.Authorization;
using AuthDemo.Api.Refusals;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace AuthDemo.Api.Endpoints;

/// <summary>Protected resource metadata (RFC 9728, section 2).</summary>
/// <param name="Resource">The API's identifier. RFC 9728 requires https; in Development it is http.</param>
/// <param name="ResourceName">The name to show.</param>
/// <param name="AuthorizationServers">The issuers of access tokens.</param>
/// <param name="ScopesSupported">The scopes that a client can request.</param>
/// <param name="BearerMethodsSupported">How to send the token: only in the header.</param>
internal sealed record ProtectedResource(
    [property: JsonPropertyName("resource")] string Resource,
    [property: JsonPropertyName("resource_name")] string ResourceName,
    [property: JsonPropertyName("authorization_servers")] IReadOnlyList<string> AuthorizationServers,
    [property: JsonPropertyName("scopes_supported")] IReadOnlyList<string> ScopesSupported,
    [property: JsonPropertyName("bearer_methods_supported")] IReadOnlyList<string> BearerMethodsSupported);

internal static class ResourceMetadata
{
    public static void MapResourceMetadata(this IEndpointRouteBuilder routes) =>
        routes.MapGet(RefusalWriter.ResourceMetadataPath, Describe)
            .WithSummary("Where to get a token for this API (RFC 9728)")
            .AllowAnonymous();

    private static Ok<ProtectedResource> Describe(HttpRequest request, IOptions<BearerSettings> settings) =>
        TypedResults.Ok(new ProtectedResource(
            RefusalWriter.ResourceOf(request),
            "AuthDemo API",
            [settings.Value.Authority!],
            [Policies.VisitorsScope],
            ["header"]));
}
