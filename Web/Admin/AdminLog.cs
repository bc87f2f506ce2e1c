using System.Security.Claims;
using AuthDemo.ServiceDefaults;

namespace AuthDemo.Web.Admin;

/// <summary>Logs who requested what on the admin page; the Api logs the result (OWASP ASVS 5.0, 16.2.1).</summary>
internal sealed partial class AdminLog(ILogger<AdminLog> log, IHostEnvironment environment)
{
    public void Asked(ClaimsPrincipal user, HttpMethod method, string path) =>
        Asked(user.ForLog(environment), method, path, user.SubjectForLog());

    [LoggerMessage(1, LogLevel.Information, "{Person} asked for {Method} {Path}")]
    private partial void Asked(string? person, HttpMethod method, string path, string? Subject);
}
