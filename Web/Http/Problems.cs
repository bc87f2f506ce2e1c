using System.Net.Mime;
using AuthDemo.ServiceDefaults;

namespace AuthDemo.Web.Http;

/// <summary>Refusals for scripts (RFC 9457); people get a page.</summary>
internal static class Problems
{
    public static bool AsksForJson(this HttpRequest request) =>
        request.GetTypedHeaders().Accept.Any(accepted => accepted.MediaType == MediaTypeNames.Application.Json);

    /// <summary>When to ask again for what is away, in seconds (RFC 9110, section 10.2.3).</summary>
    public const string RetryAfter = "5";

    public static IResult Unavailable(HttpContext http, ServiceUnavailableException outage)
    {
        http.Response.Headers.RetryAfter = RetryAfter;
        var reason = outage.Service == ServiceClients.Keycloak ? Reasons.IdentityProviderUnavailable : $"{outage.Service}_unavailable";
        return Of(StatusCodes.Status503ServiceUnavailable, reason, outage.Message);
    }

    public static IResult Of(int status, string reason, string? detail) =>
        Results.Problem(detail, statusCode: status, extensions: new Dictionary<string, object?> { ["reason"] = reason });
}
