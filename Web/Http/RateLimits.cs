using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Security.Claims;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;

namespace AuthDemo.Web.Http;

/// <summary>Section <c>RateLimits</c>. A class of thirty behind one address, and Run all flows, stay well below the defaults.</summary>
internal sealed class RateLimitSettings
{
    /// <summary>Logins that one address may begin.</summary>
    [Range(1, 1_000_000, ErrorMessage = "RateLimits:LoginsPerMinute must be from {1} to {2}.")]
    public int LoginsPerMinute { get; set; } = 300;

    /// <summary>Lab runs of one session, and of one address without a session. A load test raises them.</summary>
    [Range(1, 1_000_000, ErrorMessage = "RateLimits:LabRunsPerMinute must be from {1} to {2}.")]
    public int LabRunsPerMinute { get; set; } = 1200;
}

/// <summary>How often one caller may start what costs other services something (OWASP ASVS 5.0, 2.4.1).</summary>
internal static class RateLimits
{
    /// <summary>By address: whoever begins a login is not known yet.</summary>
    public const string Logins = "logins";

    /// <summary>By session, and by address for nobody.</summary>
    public const string LabRuns = "lab-runs";

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    public static void AddRateLimits(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<RateLimitSettings>().BindConfiguration("RateLimits").ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddRateLimiter(options =>
        {
            options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            options.OnRejected = WriteRetryAfter;
            // What starts no login counts for none: another site's images must not lock an address out.
            options.AddPolicy(Logins, http => http.Request.IsDeliberate()
                ? Limit(AddressOf(http), SettingsOf(http).LoginsPerMinute)
                : RateLimitPartition.GetNoLimiter(""));
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
