namespace AuthDemo.Api.Refusals;

internal static class Problems
{
    /// <summary>Every error as problem details, with its reason.</summary>
    public static void AddProblems(this IServiceCollection services)
    {
        services.AddSingleton<IProblemDetailsWriter, ProblemWriter>();
        services.AddProblemDetails();
        services.AddSingleton<Challenges>();
        services.AddSingleton<RefusalWriter>();
        services.Configure<ExceptionHandlerOptions>(options =>
            options.StatusCodeSelector = exception => (exception as BadHttpRequestException)?.StatusCode ?? StatusCodes.Status500InternalServerError);
    }
}
