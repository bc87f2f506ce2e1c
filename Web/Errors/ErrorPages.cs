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
        app.UseExceptionHandler("/status/500", createScopeForErrors: true);
        // Answers that have a body of their own, as those to scripts do, stay as they are.
        app.UseStatusCodePagesWithReExecute("/status/{0}", createScopeForStatusCodePages: true);

        // The page about a failed POST is a page to look at: as a POST it would be taken for a form that was sent to it.
        app.Use(async (HttpContext context, RequestDelegate next) =>
        {
            var method = context.Request.Method;
            var isErrorPage = context.Features.Get<IStatusCodeReExecuteFeature>() is not null || context.Features.Get<IExceptionHandlerFeature>() is not null;
            if (isErrorPage) context.Request.Method = HttpMethods.Get;
            try
            {
                await next(context);
            }
            finally
            {
                context.Request.Method = method; // the span of this request is named after it
            }
        });
    }
}
