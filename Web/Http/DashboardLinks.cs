using System.Net;

namespace AuthDemo.Web.Http;

/// <summary>Links to the Aspire dashboard; null if there is none.</summary>
internal sealed class DashboardLinks(IConfiguration configuration, IHostEnvironment environment)
{
    /// <summary>The window in which all links open, so that it can stay next to the lab.</summary>
    public const string Window = "authdemo-dashboard";

    /// <summary>Redirects to the dashboard's login link.</summary>
    public const string Way = "/dashboard";

    private readonly string? dashboard = configuration["DASHBOARD_URL"]?.TrimEnd('/') is { Length: > 0 } url ? url : null;
    private readonly string? token = environment.IsDevelopment() ? configuration["DASHBOARD_TOKEN"] : null;

    /// <summary>Pages take trace ids from the query string, which anybody can write.</summary>
    public static bool IsTraceId(string? text) => text is { Length: 32 } && text.All(char.IsAsciiHexDigitLower);

    public string? TraceOf(string? traceId) => IsTraceId(traceId) ? At($"/traces/detail/{traceId}") : null;

    public string? Resources => At("/");

    /// <summary>The trace's URL without the login, for links that are shown in the dashboard itself.</summary>
    public string? AddressOf(string? traceId) =>
        dashboard is null || traceId is null ? null : $"{dashboard}/traces/detail/{traceId}";

    public string? AllWithStatus(int status) => At($"/traces?filters=http.response.status_code:equals:{status}");

    /// <summary>The metric of refusals, by status and reason.</summary>
    public string? Refusals => At("/metrics/resource/api?meter=AuthDemo.Auth&instrument=authdemo.refusals");

    public string? AllWithReason(string reason) => At($"/traces?filters=auth.reason:equals:{reason}");

    /// <summary>The dashboard's login link with a return URL; null if the token is not known.</summary>
    public string? LoginTo(string page) =>
        token is null || dashboard is null ? null : $"{dashboard}/login?t={token}&returnUrl={Uri.EscapeDataString(page)}";

    private string? At(string path) => dashboard is null ? null : (token is null ? dashboard : Way) + path;
}

/// <summary>
/// Redirects to the dashboard through its login link, so that the login token is not in a page. Development only, and only for browsers on
/// this machine.
/// </summary>
internal static class DashboardWay
{
    public static void MapDashboard(this WebApplication app) =>
        app.MapGet(DashboardLinks.Way + "/{**page}", (string? page, HttpContext http, DashboardLinks links) =>
        {
            if (http.Connection.RemoteIpAddress is not { } caller || !IPAddress.IsLoopback(caller)) return Results.NotFound();
            if (links.LoginTo($"/{page}{http.Request.QueryString}") is not { } login) return Results.NotFound();
            // With this header the new window would lose its name.
            http.Response.Headers.Remove(SecurityHeaders.OpenerPolicy);
            http.Response.Headers.CacheControl = "no-store";
            return Results.Redirect(login);
        }).AllowAnonymous();
}
