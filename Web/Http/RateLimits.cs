using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Security.Claims;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;

namespace AuthDemo.Web.Http;

/// <summary>Section <c>RateLimits</c>. The defaults leave room for a class of thirty behind one address, and for Run all flows.</summary>
internal sealed class RateLimitSettings
{
    /// <summary>Logins that can be started from one IP address.</summary>
    [Range(1, 1_000_000, ErrorMessage = "RateLimits:LoginsPerMinute must be from {1} to {2}.")]
    public int LoginsPerMinute { get; set; } = 300;

    /// <summary>Lab runs per session, or per IP address without one. Raise this for a load test.</summary>
    [Range(1, 1_000_000, ErrorMessage = "RateLimits:LabRunsPerMinute must be from {1} to {2}.")]
    public int LabRunsPerMinute { get; set; } = 1200;
}

/// <summary>Limits requests that are expensive for other services (OWASP ASVS 5.0, 2.4.1).</summary>
internal static class RateLimits
{
    /// <summary>Partitioned by IP address: before the login the user is not known.</summary>
    public const string Logins = "logins";

    /// <summary>Partitioned by session, or by IP address without one.</summary>
    public const string LabRuns = "lab-runs";

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    public static void AddRateLimits(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<RateLimitSettings>().BindConfiguration("RateLimits").ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddRateLimiter(options =>
        {
            options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            options.OnRejected = WriteRetryAfter;
            // Requests that start no login are not counted, so that images on another site cannot lock an address out.
            options.AddPolicy(Logins, http => http.Request.IsDeliberate()
                ? Limit(AddressOf(http), SettingsOf(http).LoginsPerMinute)
                : RateLimitPartition.GetNoLimiter("not counted"));
            options.AddPolicy(LabRuns, http =>
                Limit(http.User.FindFirstValue("sid") ?? AddressOf(http), SettingsOf(http).LabRunsPerMinute));
        });
    }

    private static RateLimitSettings SettingsOf(HttpContext http) =>
        http.RequestServices.GetRequiredService<IOptions<RateLimitSettings>>().Value;

    private static RateLimitPartition<string> Limit(string caller, int permits) =>
        RateLimitPartition.GetFixedWindowLimiter(caller, _ => new FixedWindowRateLimiterOptions { PermitLimit = permits, Window = Window });

    private static string AddressOf(HttpContext http) => http.Connection.RemoteIpAddress?.ToString() ?? "";

    // RFC 6585, section 4
    private static ValueTask WriteRetryAfter(OnRejectedContext rejected, CancellationToken cancellation)
    {
        var wait = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var time) ? time : Window;
        rejected.HttpContext.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        return ValueTask.CompletedTask;
    }
}
