using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace AuthDemo.ServiceDefaults.Telemetry;

/// <summary>
/// Completes ASP.NET Core's own server span, which leaves out name, route, status code and error (OpenTelemetry semantic conventions for
/// HTTP:
/// a 4xx is no error of the server).
/// </summary>
internal sealed class ServerSpan : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(CompleteAsync);
        next(app);
    };

    private static async Task CompleteAsync(HttpContext context, RequestDelegate next)
    {
        Exception? unhandled = null;
        try
        {
            await next(context);
        }
        catch (Exception exception)
        {
            unhandled = exception;
            throw;
        }
        finally
        {
            if (context.Features.Get<IHttpActivityFeature>()?.Activity is { IsAllDataRequested: true } span) Complete(span, context, unhandled);
        }
    }

    private static void Complete(Activity span, HttpContext context, Exception? unhandled)
    {
        var handled = context.Features.Get<IExceptionHandlerFeature>();
        var status = unhandled is null || context.Response.HasStarted ? context.Response.StatusCode : StatusCodes.Status500InternalServerError;
        span.SetTag("http.response.status_code", status);

        // An error page takes the place of the endpoint that was asked for; the exception handler and the re-execution remember that one.
        var replaced = context.Features.Get<IStatusCodeReExecuteFeature>()?.Endpoint;
        var route = RouteOf(replaced ?? handled?.Endpoint ?? context.GetEndpoint()) ?? span.GetTagItem("http.route") as string;
        var method = span.GetTagItem("http.request.method") is string known and not "_OTHER" ? known : "HTTP";
        span.DisplayName = route is null ? method : $"{method} {route}";
        if (route is not null) span.SetTag("http.route", route);

        if (status < StatusCodes.Status500InternalServerError) return;
        span.SetStatus(ActivityStatusCode.Error);
        var errorType = (unhandled ?? handled?.Error)?.GetType().FullName ?? status.ToString(CultureInfo.InvariantCulture);
        if (span.GetTagItem("error.type") is null) span.SetTag("error.type", errorType);
    }

    internal static string? RouteOf(Endpoint? endpoint) =>
        (endpoint as RouteEndpoint)?.RoutePattern.RawText is { } pattern ? "/" + pattern.TrimStart('/') : null;
}
