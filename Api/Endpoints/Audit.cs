using AuthDemo.Api.Refusals;
using AuthDemo.ServiceDefaults;

namespace AuthDemo.Api.Endpoints;

/// <summary>Audit log of successful actions (OWASP ASVS 5.0, 16.3.3). Rejections are logged elsewhere.</summary>
internal static partial class Audit
{
    /// <summary>Logs each request that this endpoint carried out.</summary>
    public static RouteHandlerBuilder Audited(this RouteHandlerBuilder endpoint, string action) =>
        endpoint.AddEndpointFilter(async (invocation, next) =>
        {
            var result = await next(invocation);
            if (result is IStatusCodeHttpResult { StatusCode: >= 200 and < 300 }) Record(invocation.HttpContext, action);
            return result;
        });

    private static void Record(HttpContext context, string action)
    {
        var services = context.RequestServices;
        var logger = services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(Audit).FullName!);
        var caller = context.User.ForLog(services.GetRequiredService<IHostEnvironment>());
        var resource = context.Request.RouteValues.GetValueOrDefault("id") as string;
        LogActionTaken(
            logger, action, caller, context.Request.Method, context.Request.Path.ToUriComponent(),
            resource, context.User.SubjectForLog(), context.User.ClientForLog(), ProblemWriter.TraceIdOf(context));
    }

    // Parameters that are not in the message become fields named after them, hence the casing.
    [LoggerMessage(EventId = 3, EventName = "ActionTaken", Level = LogLevel.Information,
        Message = "{Action} was done by {Caller}: {Method} {Path}")]
    private static partial void LogActionTaken(
        ILogger logger, string action, string caller, string method, string path,
        string? Resource, string? Subject, string? Client, string TraceId);
}
