using AuthDemo.ServiceDefaults;

namespace AuthDemo.Web.Http;

/// <summary>Problem details (RFC 9457) for clients that accept JSON; browsers get a page.</summary>
internal static class Problems
{
    /// <summary>The <c>Retry-After</c> of a 503, in seconds (RFC 9110, section 10.2.3).</summary>
    public const string RetryAfter = "5";

    /// <summary>Logs a rejected request, and names its span after the reason.</summary>
    public static void LogRefusal(this HttpContext http, Endpoint? refused, int status, string reason, string? policy)
    {
        http.SetSpanName($"{status} {reason}: {http.Request.Method} {RefusalLog.RouteOf(refused)}");
        http.RequestServices.GetRequiredService<RefusalLog>().Refused(http, refused, status, reason, policy);
    }

    public static IResult Unavailable(HttpContext http, ServiceUnavailableException outage)
    {
        http.Response.Headers.RetryAfter = RetryAfter;
        var reason = outage.Service == ServiceClients.Keycloak ? Reasons.IdentityProviderUnavailable : $"{outage.Service}_unavailable";
        return Of(StatusCodes.Status503ServiceUnavailable, reason, outage.Message);
    }

    public static IResult Of(int status, string reason, string? detail) =>
        Results.Problem(detail, statusCode: status, extensions: new Dictionary<string, object?> { ["reason"] = reason });
}
