using System.Diagnostics.Metrics;
using System.Security.Claims;
using System.Text.RegularExpressions;
using AuthTracing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AuthDemo.ServiceDefaults;

/// <summary>Records a rejected request in trace, log and metric, with the same reason (OWASP ASVS 5.0, 16.3.1 and 16.3.2).</summary>
public sealed partial class RefusalLog(IMeterFactory meters, IHostEnvironment environment, ILogger<RefusalLog> logger)
{
    private readonly Counter<long> refusals = meters.Create(DecisionTracing.SourceName).CreateCounter<long>(
        "authdemo.refusals", "{refusal}", "Requests that were refused, by status and reason.");

    /// <param name="context">The request.</param>
    /// <param name="refused">The requested endpoint.</param>
    /// <param name="status">The response status.</param>
    /// <param name="reason">One of <see cref="Reasons"/>.</param>
    /// <param name="policy">The policy that failed; null for authentication.</param>
    public void Refused(HttpContext context, Endpoint? refused, int status, string reason, string? policy)
    {
        var span = context.Features.Get<IHttpActivityFeature>()?.Activity;
        span?.SetTag(AuthSource.Reason, reason);
        refusals.Add(1, new("http.response.status_code", status), new(AuthSource.Reason, reason));
        RequestRefused(
            context.Request.Method, RouteOf(refused), status, reason, policy ?? "authentication", context.User.ForLog(environment),
            policy, context.User.SubjectForLog(), context.User.ClientForLog(), span?.TraceId.ToHexString());
    }

    /// <summary>The route of an endpoint, with the leading slash that Razor components omit; null for no endpoint.</summary>
    public static string? RouteOf(Endpoint? endpoint) =>
        endpoint is not RouteEndpoint { RoutePattern.RawText: { } route } ? null : route.StartsWith('/') ? route : "/" + route;

    // Parameters that are not in the message become fields named after them, hence the casing.
    [LoggerMessage(EventId = 1, EventName = "RequestRefused", Level = LogLevel.Information,
        Message = "{Method} {Route} was refused with {StatusCode} {Reason} by {DecidedBy}, caller {Caller}")]
    private partial void RequestRefused(
        string method,
        string? route,
        int statusCode,
        string reason,
        string decidedBy,
        string caller,
        string? Policy,
        string? Subject,
        string? Client,
        string? TraceId);
}

/// <summary>Prepares external text and users for logs (OWASP ASVS 5.0, 16.2.1 and 16.4.1).</summary>
public static partial class LogText
{
    private const int MaxLength = 200;

    /// <summary>Shortens the text, and replaces control characters to prevent log injection.</summary>
    public static string ForLog(this string text) => Controls().Replace(text.Length <= MaxLength ? text : text[..MaxLength], "_");

    /// <summary>
    /// <c>subject</c>, or <c>subject through client</c>; in Development with the user's name instead of the subject. <c>unknown</c> for an
    /// anonymous caller.
    /// </summary>
    public static string ForLog(this ClaimsPrincipal user, IHostEnvironment environment)
    {
        var name = environment.IsDevelopment() ? user.FindFirstValue("preferred_username")?.ForLog() : null;
        if ((name ?? user.SubjectForLog()) is not { } person) return "unknown";
        return user.ClientForLog() is { } client ? $"{person} through {client}" : person;
    }

    public static string? SubjectForLog(this ClaimsPrincipal user) => user.FindFirstValue("sub")?.ForLog();

    public static string? ClientForLog(this ClaimsPrincipal user) => user.FindFirstValue("client_id")?.ForLog();

    [GeneratedRegex(@"\p{Cc}")]
    private static partial Regex Controls();
}
