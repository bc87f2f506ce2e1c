using System.Diagnostics.Metrics;
using System.Security.Claims;
using AuthDemo.ServiceDefaults;
using AuthTracing;
using Microsoft.AspNetCore.Http.Features;

namespace AuthDemo.Web.Http;

/// <summary>
/// Tells trace, log and metric of a page that was refused (OWASP ASVS 5.0, 16.3.2): the same record, counter and words as the Api's.
/// </summary>
internal sealed partial class RefusalLog(IMeterFactory meters, IHostEnvironment environment, ILogger<RefusalLog> log)
{
    private readonly Counter<long> refusals = meters.Create(DecisionTracing.SourceName).CreateCounter<long>(
        "authdemo.refusals", "{refusal}", "Requests that were refused, by status and reason.");

    /// <param name="http">The request.</param>
    /// <param name="refused">The endpoint that was asked for.</param>
    /// <param name="status">What the answer says.</param>
    /// <param name="reason">One of <see cref="Reasons"/>.</param>
    /// <param name="policy">The policy that said no; null where authentication did.</param>
    public void Refused(HttpContext http, Endpoint? refused, int status, string reason, string? policy)
    {
        var route = "/" + (refused as RouteEndpoint)?.RoutePattern.RawText?.TrimStart('/');
        var span = http.Features.Get<IHttpActivityFeature>()?.Activity;
        span?.SetTag(AuthSource.Reason, reason);
        http.SetSpanName($"{status} {reason}: {http.Request.Method} {route}");
        refusals.Add(1, new("http.response.status_code", status), new(AuthSource.Reason, reason));
        RequestRefused(
            http.Request.Method, route, status, reason, policy ?? "authentication", http.User.ForLog(environment) ?? "unknown",
            policy, http.User.FindFirstValue("sub"), span?.TraceId.ToString());
    }

    [LoggerMessage(EventId = 1, EventName = "RequestRefused", Level = LogLevel.Information,
        Message = "{Method} {Route} was refused with {StatusCode} {Reason} by {DecidedBy}, caller {Caller}")]
    private partial void RequestRefused(
        string method, string? route, int statusCode, string reason, string decidedBy, string caller, string? Policy, string? Subject,
        string? TraceId);
}

internal static class LoggedPerson
{
    /// <summary>Who a log record is about: by name in Development, elsewhere by the subject. Null for nobody.</summary>
    public static string? ForLog(this ClaimsPrincipal user, IHostEnvironment environment) =>
        environment.IsDevelopment() ? user.Identity?.Name : user.FindFirstValue("sub");
}
