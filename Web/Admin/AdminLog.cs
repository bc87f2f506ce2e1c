namespace AuthDemo.Web.Admin;

/// <summary>Who asked for what on the admin page, and what the Api said (OWASP ASVS 5.0, 16.2.1).</summary>
internal sealed partial class AdminLog(ILogger<AdminLog> log)
{
    [LoggerMessage(1, LogLevel.Information, "{Subject} asked for {Method} {Path}: {Status}")]
    public partial void Sent(string? subject, HttpMethod method, string path, int status);

    [LoggerMessage(2, LogLevel.Warning, "{Subject} sent {Path}, and the API did not answer")]
    public partial void Unanswered(string? subject, string path);
}
