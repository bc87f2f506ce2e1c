using System.Net;

namespace AuthDemo.Web.Http;

/// <summary>Addresses in the dashboard of this run; null where there is no dashboard.</summary>
internal sealed class DashboardLinks(IConfiguration configuration, IHostEnvironment environment)
{
    /// <summary>The window that all of them open in, so that it can stand beside the lab.</summary>
    public const string Window = "authdemo-dashboard";

    /// <summary>Where Web hands over to the dashboard.</summary>
    public const string Way = "/dashboard";

    private readonly string? dashboard = configuration["DASHBOARD_URL"]?.TrimEnd('/') is { Length: > 0 } url ? url : null;
    private readonly string? token = environment.IsDevelopment() ? configuration["DASHBOARD_TOKEN"] : null;

    /// <summary>Pages carry trace ids in their addresses, where anybody can write anything else.</summary>
    public static bool IsTraceId(string? text) => text is { Length: 32 } && text.All(char.IsAsciiHexDigitLower);

    public string? TraceOf(string? traceId) => IsTraceId(traceId) ? At($"/traces/detail/{traceId}") : null;

    public string? Resources => At("/");

    /// <summary>The same for those who are in the dashboard already.</summary>
    public string? AddressOf(string? traceId) =>
        dashboard is null || traceId is null ? null : $"{dashboard}/traces/detail/{traceId}";

    public string? AllWithStatus(int status) => At($"/traces?filters=http.response.status_code:equals:{status}");

    /// <summary>The counter of refusals, by status and reason.</summary>
    public string? Refusals => At("/metrics/resource/api?meter=AuthDemo.Auth&instrument=authdemo.refusals");

    public string? AllWithReason(string reason) => At($"/traces?filters=auth.reason:equals:{reason}");

    /// <summary>The dashboard's own login link, which leads on to one of its pages; null where its token is not known.</summary>
    public string? LoginTo(string page) =>
        token is null || dashboard is null ? null : $"{dashboard}/login?t={token}&returnUrl={Uri.EscapeDataString(page)}";

    private string? At(string path) => dashboard is null ? null : (token is null ? dashboard : Way) + path;
}

/// <summary>
/// The way from a page to the dashboard, for a browser that has never been there: it goes by the dashboard's login link, whose token is in
/// no page. Only in Development, and for a browser on this machine.
/// </summary>
internal static class DashboardWay
{
    public static void MapDashboard(this WebApplication app) =>
        app.MapGet(DashboardLinks.Way + "/{**page}", (string? page, HttpContext http, DashboardLinks links) =>
        {
            if (http.Connection.RemoteIpAddress is not { } caller || !IPAddress.IsLoopback(caller)) return Results.NotFound();
            if (links.LoginTo($"/{page}{http.Request.QueryString}") is not { } login) return Results.NotFound();
            // Without it the window that the link has opened would lose its name on the way.
            http.Response.Headers.Remove(SecurityHeaders.OpenerPolicy);
            http.Response.Headers.CacheControl = "no-store";
            return Results.Redirect(login);
        }).AllowAnonymous();
}
