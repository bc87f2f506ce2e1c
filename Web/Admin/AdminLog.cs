using System.Security.Claims;
using AuthDemo.ServiceDefaults;

namespace AuthDemo.Web.Admin;

/// <summary>Who asked for what on the admin page, and what the Api said (OWASP ASVS 5.0, 16.2.1).</summary>
internal sealed partial class AdminLog(ILogger<AdminLog> log, IHostEnvironment environment)
{
    public void Sent(ClaimsPrincipal user, HttpMethod method, string path, int status) =>
        Sent(user.ForLog(environment), method, path, status, user.SubjectForLog());

    public void Unanswered(ClaimsPrincipal user, string path) => Unanswered(user.ForLog(environment), path, user.SubjectForLog());

    [LoggerMessage(1, LogLevel.Information, "{Person} asked for {Method} {Path}: {Status}")]
    private partial void Sent(string? person, HttpMethod method, string path, int status, string? Subject);

    [LoggerMessage(2, LogLevel.Warning, "{Person} sent {Path}, and the API did not answer")]
    private partial void Unanswered(string? person, string path, string? Subject);
}
