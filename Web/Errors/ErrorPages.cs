using AuthDemo.Web.Http;
using Microsoft.AspNetCore.Diagnostics;

namespace AuthDemo.Web.Errors;

/// <summary>Every refusal and every failure is a page that says what happened and how to go on.</summary>
internal static class ErrorPages
{
    public static void AddErrorPages(this WebApplicationBuilder builder) =>
        // A bad form is the sender's mistake in Development too: 400 and the page about it, no exception.
        builder.Services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = false);

    public static void UseErrorPages(this WebApplication app)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            ExceptionHandlingPath = "/status/500",
            CreateScopeForErrors = true,
            StatusCodeSelector = failure =>
                failure is ServiceUnavailableException ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status500InternalServerError,
        });
        // Answers that have a body of their own, as those to scripts do, stay as they are.
        app.UseStatusCodePagesWithReExecute("/status/{0}", createScopeForStatusCodePages: true);
        app.Use(ShowAsGetAsync);
    }

    // The page about a failed POST is a page to look at: as a POST it would be taken for a form that was sent to it.
    // Afterwards the request is again the one that was made, since its span is named after its method and endpoint.
    private static async Task ShowAsGetAsync(HttpContext context, RequestDelegate next)
    {
        var refused = context.Features.Get<IStatusCodeReExecuteFeature>();
        var failed = context.Features.Get<IExceptionHandlerFeature>();
        if (refused is null && failed is null)
        {
            await next(context);
            return;
        }

        var method = context.Request.Method;
        context.Request.Method = HttpMethods.Get;
        try
        {
            await next(context);
        }
        finally
        {
            context.Request.Method = method;
            context.SetEndpoint(refused is null ? failed?.Endpoint : refused.Endpoint);
        }
    }
}
