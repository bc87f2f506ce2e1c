using AuthDemo.ServiceDefaults;
using AuthDemo.Web.Http;
using AuthDemo.Web.Storage;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Diagnostics;

namespace AuthDemo.Web.Errors;

/// <summary>Every refusal and every failure is a page that says what happened and how to go on.</summary>
internal static partial class ErrorPages
{
    private const string Path = "/status";

    /// <summary>Needs <c>app.UseRouting()</c> after it, which finds the page.</summary>
    public static void UseErrorPages(this WebApplication app)
    {
        var log = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("AuthDemo.Web.Errors");
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            ExceptionHandlingPath = $"{Path}/500",
            CreateScopeForErrors = true,
            StatusCodeSelector = failure => failure switch
            {
                BadHttpRequestException bad => bad.StatusCode, // too large, or not sent to its end in time
                _ when StorageSetup.OutageIn(failure) is not null => StatusCodes.Status503ServiceUnavailable,
                _ => StatusCodes.Status500InternalServerError,
            },
            SuppressDiagnosticsCallback = failed => StorageSetup.OutageIn(failed.Exception) is not null, // expected failure
        });
        // Answers that have a body of their own, as those to scripts do, stay as they are.
        app.UseStatusCodePagesWithReExecute(Path + "/{0}", createScopeForStatusCodePages: true);
        app.Use((context, next) =>
        {
            var (refused, failed) = (context.Features.Get<IStatusCodeReExecuteFeature>(), context.Features.Get<IExceptionHandlerFeature>());
            if (refused is not null || failed is not null) return ReexecuteAsGetAsync(context, next, refused, failed, log);
            if (!context.Request.Path.StartsWithSegments(Path)) return next(context);
            // Nothing was refused where somebody opens this page by its own address: there it does not exist.
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        });
    }

    // The page about a failed POST is a page to look at: as a POST it would be taken for a form that was sent to it.
    // Afterwards the request is again the one that was made, since its span is named after its method and endpoint.
    private static async Task ReexecuteAsGetAsync(
        HttpContext context, RequestDelegate next, IStatusCodeReExecuteFeature? refused, IExceptionHandlerFeature? failed, ILogger log)
    {
        var endpoint = refused is null ? failed?.Endpoint : refused.Endpoint;
        var outage = StorageSetup.OutageIn(failed?.Error);
        if (outage is not null)
        {
            LogUnavailable(log, outage.Service, (outage.InnerException ?? outage).Message);
            context.Response.Headers.RetryAfter = Problems.RetryAfter;
        }

        var status = context.Response.StatusCode;
        var reason = status == StatusCodes.Status403Forbidden ? Reasons.RoleMissing : Reasons.OfStatus(status);
        if (status == StatusCodes.Status403Forbidden) // a role is all that Web's own policies ask for
            context.LogRefusal(endpoint, status, reason, endpoint?.Metadata.GetMetadata<IAuthorizeData>()?.Policy);

        if (context.Request.AsksForJson())
        {
            var problem = outage is null
                ? Problems.Of(status, reason, StatusPage.WhatHappened(context).Text)
                : Problems.Unavailable(context, outage);
            await problem.ExecuteAsync(context);
            return;
        }

        if (outage?.Service == StorageSetup.Sessions) // a page would show who is logged in, and cannot know it
        {
            await Results.Text(outage.Message).ExecuteAsync(context);
            return;
        }

        var method = context.Request.Method;
        context.Request.Method = HttpMethods.Get;
        context.SetEndpoint(null); // it was found by the method of the request that failed
        try
        {
            await next(context);
        }
        finally
        {
            context.Request.Method = method;
            context.SetEndpoint(endpoint);
        }
    }

    [LoggerMessage(2, LogLevel.Warning, "{Service} is not available: {Cause}")]
    private static partial void LogUnavailable(ILogger log, string service, string cause);
}
