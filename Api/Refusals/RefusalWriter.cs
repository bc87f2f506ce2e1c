using System.Diagnostics.Metrics;
using System.Security.Claims;
using AuthDemo.ServiceDefaults;
using AuthTracing;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;

namespace AuthDemo.Api.Refusals;

/// <summary>
/// Answers every refused request, and tells trace, log and metric the same word (OWASP ASVS 5.0, 16.3.1 and 16.3.2: failed authentication
/// and authorization are logged). The authorization middleware calls it for a policy before an endpoint, a <see cref="Refusal"/> for an
/// endpoint, and JwtBearer's challenge for authentication.
/// </summary>
internal sealed partial class RefusalWriter(
    IMeterFactory meters,
    Challenges challenges,
    ProblemWriter problems,
    IHostEnvironment environment,
    ILogger<RefusalWriter> logger) : IAuthorizationMiddlewareResultHandler
{
    private readonly bool explains = environment.IsDevelopment();

    private readonly Counter<long> refusals = meters.Create(DecisionTracing.SourceName).CreateCounter<long>(
        "authdemo.refusals", "{refusal}", "Requests that were refused, by status and reason.");

    /// <summary>The endpoint, a challenge or a refusal: whatever the policy before the endpoint has decided.</summary>
    public Task HandleAsync(
        RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        if (authorizeResult.Succeeded) return next(context);
        if (authorizeResult.Challenged) return context.ChallengeAsync(JwtBearerDefaults.AuthenticationScheme);

        var name = context.GetEndpoint()?.Metadata.GetMetadata<IAuthorizeData>()?.Policy;
        return WriteAsync(context, Refusal.Of(authorizeResult.AuthorizationFailure, name));
    }

    public Task WriteAsync(HttpContext context, Refusal refusal)
    {
        if (refusal.Reason != Reasons.NotFound) Record(context, refusal, Reasons.Of(refusal.Reason).Status);
        if (refusal.Reason == Reasons.Hidden) refusal = Refusal.NotFound;

        var row = Reasons.Of(refusal.Reason);
        if (row.HasChallenge) context.Response.Headers.WWWAuthenticate = challenges.Of(context, refusal);

        var problem = new ProblemDetails { Extensions = { ["reason"] = refusal.Reason } };
        if (explains)
        {
            problem.Detail = refusal.Detail ?? row.Detail;
            problem.Extensions["hint"] = refusal.Hint ?? row.Hint;
            problem.Extensions["decidedBy"] = row.DecidedBy;
            if (refusal.Policy is not null) problem.Extensions["policy"] = refusal.Policy;
            if (refusal.Required is not null) problem.Extensions["required"] = refusal.Required;
            if (refusal.Actual is not null) problem.Extensions["actual"] = refusal.Actual;
        }

        context.Response.StatusCode = row.Status;
        return problems.WriteAsync(context, problem).AsTask();
    }

    private void Record(HttpContext context, Refusal refusal, int status)
    {
        context.Features.Get<IHttpActivityFeature>()?.Activity.SetTag(AuthSource.Reason, refusal.Reason);
        refusals.Add(1, new("http.response.status_code", status), new(AuthSource.Reason, refusal.Reason));
        LogRequestRefused(
            logger, context.Request.Method, (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText, status, refusal.Reason,
            refusal.Policy ?? "authentication", context.User.ForLog(),
            refusal.Policy, context.User.SubjectForLog(), context.User.ClientForLog(), ProblemWriter.TraceIdOf(context));
    }

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
