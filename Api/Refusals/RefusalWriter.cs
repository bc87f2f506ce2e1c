using System.Diagnostics.Metrics;
using System.Globalization;
using AuthDemo.Api.Security;
using AuthDemo.ServiceDefaults;
using AuthDemo.ServiceDefaults.AuthTracing;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;

namespace AuthDemo.Api.Refusals;

/// <summary>Answers a refused request, and tells trace, log and metric the same word.</summary>
internal sealed partial class RefusalWriter
{
    private static readonly string RetryAfterSeconds =
        BearerAuthentication.RetryInterval.TotalSeconds.ToString("0", CultureInfo.InvariantCulture);

    private readonly Counter<long> refusals;
    private readonly Challenges challenges;
    private readonly IProblemDetailsService problems;
    private readonly bool explains;
    private readonly ILogger<RefusalWriter> logger;

    public RefusalWriter(
        IMeterFactory meters, Challenges challenges, IProblemDetailsService problems, IHostEnvironment environment, ILogger<RefusalWriter> logger)
    {
        this.challenges = challenges;
        this.problems = problems;
        this.logger = logger;
        explains = environment.IsDevelopment();
        refusals = meters.Create(AuthSource.Name).CreateCounter<long>(
            "authdemo.refusals", "{refusal}", "Requests that were refused, by status and reason.");
    }

    public Task WriteAsync(HttpContext context, Refusal refusal)
    {
        var status = refusal.Explanation.Status;
        context.Features.Get<IHttpActivityFeature>()?.Activity.SetTag(AuthSource.Reason, refusal.Reason);
        refusals.Add(1, new("http.response.status_code", status), new("auth.reason", refusal.Reason));
        LogRequestRefused(logger, context.Request.Method, RouteOf(context), status, refusal.Reason, refusal.Policy, TraceIds.Of(context));

        if (refusal.Reason == Reasons.Hidden) return WriteNotFoundAsync(context);

        if (challenges.Of(context, refusal) is { } challenge) context.Response.Headers.WWWAuthenticate = challenge;
        if (status == StatusCodes.Status503ServiceUnavailable) context.Response.Headers.RetryAfter = RetryAfterSeconds;
        return WriteProblemAsync(context, status, refusal.Reason, problem =>
        {
            problem.Detail = refusal.Detail ?? refusal.Explanation.Detail;
            problem.Extensions["hint"] = refusal.Explanation.Hint;
            problem.Extensions["decidedBy"] = refusal.Policy is null ? "authentication" : "authorization";
            if (refusal.Policy is not null) problem.Extensions["policy"] = refusal.Policy;
            if (refusal.Required is not null) problem.Extensions["required"] = refusal.Required;
            if (refusal.Actual is not null) problem.Extensions["actual"] = refusal.Actual;
        });
    }

    public Task WriteNotFoundAsync(HttpContext context) =>
        WriteProblemAsync(context, StatusCodes.Status404NotFound, Reasons.NotFound, problem =>
        {
            problem.Detail = "There is no such thing in the building.";
            problem.Extensions["hint"] = "Check the number or the name.";
            problem.Extensions["decidedBy"] = "endpoint";
        });

    private async Task WriteProblemAsync(HttpContext context, int status, string reason, Action<ProblemDetails> explain)
    {
        context.Response.StatusCode = status;
        var problem = new ProblemDetails { Extensions = { ["reason"] = reason } };
        if (explains) explain(problem);
        await problems.WriteAsync(new ProblemDetailsContext { HttpContext = context, ProblemDetails = problem });
    }

    private static string? RouteOf(HttpContext context) => (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText;

    [LoggerMessage(EventId = 1, EventName = "RequestRefused", Level = LogLevel.Information,
        Message = "{Method} {Route} was refused with {StatusCode}: {Reason} (policy {Policy}, trace {TraceId})")]
    private static partial void LogRequestRefused(
        ILogger logger, string method, string? route, int statusCode, string reason, string? policy, string traceId);
}
