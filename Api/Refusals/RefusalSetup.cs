using AuthDemo.ServiceDefaults;
using AuthTracing;
using Microsoft.AspNetCore.Authorization;

namespace AuthDemo.Api.Refusals;

internal static class RefusalSetup
{
    /// <summary>Adds problem details with a reason for every error.</summary>
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
            // Not errors of this application: bad requests, and outages, which response and span report.
            options.SuppressDiagnosticsCallback = failure =>
                failure.Exception is BadHttpRequestException || Redis.IsOutage(failure.Exception);
        });
    }
}
