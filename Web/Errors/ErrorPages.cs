using AuthDemo.ServiceDefaults;
using AuthDemo.Web.Http;
using AuthDemo.Web.Storage;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Diagnostics;

namespace AuthDemo.Web.Errors;

/// <summary>Shows a page for every error status: what happened, and what to do next.</summary>
internal static partial class ErrorPages
{
    private const string Path = "/status";

    /// <summary>Requires a later <c>app.UseRouting()</c>, which matches the page.</summary>
    public static void UseErrorPages(this WebApplication app)
    {
        var log = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("AuthDemo.Web.Errors");
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            ExceptionHandlingPath = $"{Path}/500",
            CreateScopeForErrors = true,
            StatusCodeSelector = failure => failure switch
            {
                BadHttpRequestException bad => bad.StatusCode, // too large, or timed out
                _ when StorageSetup.OutageIn(failure) is not null => StatusCodes.Status503ServiceUnavailable,
                _ => StatusCodes.Status500InternalServerError,
            },
            SuppressDiagnosticsCallback = failed => StorageSetup.OutageIn(failed.Exception) is not null, // expected failure
        });
        // Responses that already have a body, such as problem details, are left alone.
        app.UseStatusCodePagesWithReExecute(Path + "/{0}", createScopeForStatusCodePages: true);
        app.Use((context, next) =>
        {
            var (refused, failed) = (context.Features.Get<IStatusCodeReExecuteFeature>(), context.Features.Get<IExceptionHandlerFeature>());
            if (refused is not null || failed is not null) return ReexecuteAsGetAsync(context, next, refused, failed, log);
            if (!context.Request.Path.StartsWithSegments(Path)) return next(context);
            // Requested directly, this page does not exist.
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        });
    }

    // Renders the error page as a GET: as a POST, Blazor would treat it as a submitted form. The endpoint is restored afterwards because
    // the request's span is named after its route.
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
        if (status == StatusCodes.Status403Forbidden) // Web's own policies require only roles
            context.LogRefusal(endpoint, status, reason, endpoint?.Metadata.GetMetadata<IAuthorizeData>()?.Policy);

        if (context.Request.AsksForJson())
        {
            var problem = outage is null
                ? Problems.Of(status, reason, StatusPage.WhatHappened(context).Text)
                : Problems.Unavailable(context, outage);
            await problem.ExecuteAsync(context);
            return;
        }

        if (outage?.Service == StorageSetup.Sessions) // a page would need the session, which is unavailable
        {
            await Results.Text(outage.Message).ExecuteAsync(context);
            return;
        }

        context.Request.Method = HttpMethods.Get;
        context.SetEndpoint(null); // matched by the method of the failed request
        try
        {
            await next(context);
        }
        finally
        {
            context.SetEndpoint(endpoint);
        }
    }

    [LoggerMessage(2, LogLevel.Warning, "{Service} is not available: {Cause}")]
    private static partial void LogUnavailable(ILogger log, string service, string cause);
}
