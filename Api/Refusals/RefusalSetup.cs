using AuthDemo.ServiceDefaults;
using AuthTracing;
using Microsoft.AspNetCore.Authorization;

namespace AuthDemo.Api.Refusals;

internal static class RefusalSetup
{
    /// <summary>Every error as problem details, with its reason.</summary>
    public static void AddRefusals(this IServiceCollection services)
    {
        services.AddSingleton<IProblemDetailsWriter, ProblemWriter>();
        services.AddProblemDetails();
        services.AddSingleton<RefusalWriter>();
        services.AddSingleton<IAuthorizationMiddlewareResultHandler>(provider => provider.GetRequiredService<RefusalWriter>());
        services.AddOptions<AuthTracingOptions>()
            .Configure<RefusalWriter>((options, writer) => options.Describe = writer.Describe);
        services.Configure<ExceptionHandlerOptions>(options =>
        {
            options.StatusCodeSelector = exception =>
                Redis.IsOutage(exception) ? StatusCodes.Status503ServiceUnavailable
                : (exception as BadHttpRequestException)?.StatusCode ?? StatusCodes.Status500InternalServerError;
            // A request that is too large or never ends is the sender's mistake.
            // An outage is told by the answer and its span; a stack trace for each request would say nothing more.
            options.SuppressDiagnosticsCallback = failure =>
                failure.Exception is BadHttpRequestException || Redis.IsOutage(failure.Exception);
        });
    }
}
