namespace AuthDemo.Web.Http;

/// <summary>Addresses in the dashboard of this run; null where there is no dashboard.</summary>
internal sealed class DashboardLinks(IConfiguration configuration)
{
    private readonly string? dashboard = configuration["DASHBOARD_URL"]?.TrimEnd('/') is { Length: > 0 } url ? url : null;

    /// <summary>Pages carry trace ids in their addresses, where anybody can write anything else.</summary>
    public static bool IsTraceId(string? text) => text is { Length: 32 } && text.All(char.IsAsciiHexDigitLower);

    public string? TraceOf(string? traceId) => IsTraceId(traceId) ? At($"/traces/detail/{traceId}") : null;

    public string? Resources => At("/");

    public string? AllWithStatus(int status) => At($"/traces?filters=http.response.status_code:equals:{status}");

    /// <summary>The counter of refusals, by status and reason.</summary>
    public string? Refusals => At("/metrics/resource/api?meter=AuthDemo.Auth&instrument=authdemo.refusals");

    public string? AllWithReason(string reason) => At($"/traces?filters=auth.reason:equals:{reason}");

    private string? At(string path) => dashboard is null ? null : dashboard + path;
}
