using System.Globalization;
using System.Security.Claims;
using System.Threading.RateLimiting;
using AuthDemo.ServiceDefaults;
using Microsoft.AspNetCore.RateLimiting;

namespace AuthDemo.Web.Http;

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
        // A class of thirty behind one address, and Run all flows, stay well below.
        var logins = Read(builder.Configuration, "RateLimits:LoginsPerMinute", 300);
        var labRuns = Read(builder.Configuration, "RateLimits:LabRunsPerMinute", 1200);
        builder.Services.AddRateLimiter(options =>
        {
            options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            options.OnRejected = WriteRetryAfterAsync;
            // What starts no login counts for none: another site's images must not lock an address out.
            options.AddPolicy(Logins, http => http.Request.IsDeliberate()
                ? Limit(AddressOf(http), logins)
                : RateLimitPartition.GetNoLimiter(""));
            options.AddPolicy(LabRuns, http => Limit(http.User.FindFirstValue("sid") ?? AddressOf(http), labRuns));
        });
    }

    private static RateLimitPartition<string> Limit(string caller, int permits) =>
        RateLimitPartition.GetFixedWindowLimiter(caller, _ => new FixedWindowRateLimiterOptions { PermitLimit = permits, Window = Window });

    private static string AddressOf(HttpContext http) => http.Connection.RemoteIpAddress?.ToString() ?? "";

    // RFC 6585, section 4
    private static async ValueTask WriteRetryAfterAsync(OnRejectedContext rejected, CancellationToken cancellation)
    {
        var http = rejected.HttpContext;
        var wait = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var time) ? time : Window;
        http.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        if (http.Request.AsksForJson())
        {
            await Problems.Of(StatusCodes.Status429TooManyRequests, "too_many_requests", "Wait as long as Retry-After says.")
                .ExecuteAsync(http);
        }
    }

    private static int Read(ConfigurationManager configuration, string setting, int otherwise) =>
        configuration[setting] is not { } text ? otherwise
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number
        : throw new SettingException($"The setting {setting} is not usable: '{text}'. Write a whole number, 1 or more.");
}
