namespace AuthDemo.Web.Http;

/// <summary>Addresses in the dashboard of this run; null where there is no dashboard.</summary>
internal sealed class DashboardLinks(IConfiguration configuration)
{
    private readonly string? dashboard = configuration["DASHBOARD_URL"]?.TrimEnd('/') is { Length: > 0 } url ? url : null;

    public string? TraceOf(string? traceId) => traceId is null ? null : At($"/traces/detail/{traceId}");

    public string? AllWithStatus(int status) => At($"/traces?filters=http.response.status_code:equals:{status}");

    public string? AllWithReason(string reason) => At($"/traces?filters=auth.reason:equals:{reason}");

    private string? At(string path) => dashboard is null ? null : dashboard + path;
}
