using System.Diagnostics.Metrics;
using System.Security.Claims;
using AuthDemo.ServiceDefaults;
using AuthTracing;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;

namespace AuthDemo.Api.Refusals;

/// <summary>
/// Answers a refused request, and tells trace, log and metric the same word (OWASP ASVS 5.0, 16.3.1 and 16.3.2: failed authentication and
/// authorization are logged).
/// </summary>
internal sealed partial class RefusalWriter(
    IMeterFactory meters,
    Challenges challenges,
    ProblemWriter problems,
    IHostEnvironment environment,
    ILogger<RefusalWriter> logger)
{
    private readonly bool explains = environment.IsDevelopment();

    private readonly Counter<long> refusals = meters.Create(DecisionTracing.SourceName).CreateCounter<long>(
        "authdemo.refusals", "{refusal}", "Requests that were refused, by status and reason.");

    public Task WriteAsync(HttpContext context, Refusal refusal)
    {
        var explanation = refusal.Explanation;
        context.Features.Get<IHttpActivityFeature>()?.Activity.SetTag(AuthSource.Reason, refusal.Reason);
        refusals.Add(1, new("http.response.status_code", explanation.Status), new(AuthSource.Reason, refusal.Reason));
        if (logger.IsEnabled(LogLevel.Information))
        {
            LogRequestRefused(
                logger, context.Request.Method, RouteOf(context), explanation.Status, refusal.Reason,
                refusal.Policy ?? "authentication", context.User.ForLog(),
                refusal.Policy, context.User.SubjectForLog(), context.User.ClientForLog(), TraceIds.Of(context));
        }

        if (refusal.Reason == Reasons.Hidden) return WriteNotFoundAsync(context);

        if (challenges.Of(context, refusal) is { } challenge) context.Response.Headers.WWWAuthenticate = challenge;

        var problem = new ProblemDetails { Extensions = { ["reason"] = refusal.Reason } };
        if (explains)
        {
            problem.Detail = refusal.Detail ?? explanation.Detail;
            problem.Extensions["hint"] = explanation.Hint;
            problem.Extensions["decidedBy"] = explanation.DecidedBy;
            if (refusal.Policy is not null) problem.Extensions["policy"] = refusal.Policy;
            if (refusal.Required is not null) problem.Extensions["required"] = refusal.Required;
            if (refusal.Actual is not null) problem.Extensions["actual"] = refusal.Actual;
        }

        return WriteProblemAsync(context, explanation.Status, problem);
    }

    public Task WriteNotFoundAsync(HttpContext context)
    {
        var problem = new ProblemDetails { Extensions = { ["reason"] = Reasons.NotFound } };
        if (explains)
        {
            var explanation = Reasons.Of(Reasons.NotFound);
            problem.Detail = explanation.Detail;
            problem.Extensions["hint"] = explanation.Hint;
            problem.Extensions["decidedBy"] = explanation.DecidedBy;
        }

        return WriteProblemAsync(context, StatusCodes.Status404NotFound, problem);
    }

    private Task WriteProblemAsync(HttpContext context, int status, ProblemDetails problem)
    {
        context.Response.StatusCode = status;
        return problems.WriteAsync(context, problem).AsTask();
    }

    private static string? RouteOf(HttpContext context) => (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText;

    // A parameter that the message leaves out becomes a field of its own name, so it is written as the others are.
    [LoggerMessage(EventId = 1, EventName = "RequestRefused", Level = LogLevel.Information,
        Message = "{Method} {Route} was refused with {StatusCode} {Reason} by {DecidedBy}, caller {Caller}")]
    private static partial void LogRequestRefused(
        ILogger logger,
        string method,
        string? route,
        int statusCode,
        string reason,
        string decidedBy,
        string caller,
        string? Policy,
        string? Subject,
        string? Client,
        string TraceId);
}

/// <summary>Who a log record is about (OWASP ASVS 5.0, 16.2.1): from an accepted token only, and null for anybody else.</summary>
internal static class LoggedCaller
{
    private const int Longest = 100;

    /// <summary><c>subject</c>, or <c>subject through client</c>.</summary>
    public static string ForLog(this ClaimsPrincipal user) => (user.SubjectForLog(), user.ClientForLog()) switch
    {
        (null, _) => "unknown",
        ({ } subject, null) => subject,
        ({ } subject, { } client) => $"{subject} through {client}",
    };

    public static string? SubjectForLog(this ClaimsPrincipal user) => ForLog(user.FindFirstValue("sub"));

    public static string? ClientForLog(this ClaimsPrincipal user) => ForLog(user.FindFirstValue("client_id"));

    /// <summary>Without control characters, which could fake a line of their own (OWASP ASVS 5.0, 16.4.1).</summary>
    private static string? ForLog(string? value)
    {
        if (value is null) return null;
        var cut = value.Length > Longest ? value[..Longest] : value;
        return cut.Any(char.IsControl) ? string.Concat(cut.Select(character => char.IsControl(character) ? '_' : character)) : cut;
    }
}
