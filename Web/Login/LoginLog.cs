namespace AuthDemo.Web.Login;

/// <summary>
/// The record of logins and logouts (OWASP ASVS 5.0, chapter 16.3): who by the subject, which never changes; no name, token or address.
/// </summary>
internal sealed partial class LoginLog(ILoggerFactory loggers)
{
    private readonly ILogger log = loggers.CreateLogger("AuthDemo.Web.Login");

    [LoggerMessage(1, LogLevel.Warning, "A login did not succeed: {Reason} ({Cause} {Error})")]
    public partial void LoginFailed(string reason, string? cause, string? error);

    [LoggerMessage(2, LogLevel.Warning, "The identity provider could not be reached: {Cause}")]
    public partial void ProviderUnavailable(string cause);

    [LoggerMessage(3, LogLevel.Information, "{Subject} has logged in")]
    public partial void LoggedIn(string? subject);

    [LoggerMessage(4, LogLevel.Information, "{Subject} has logged out")]
    public partial void LoggedOut(string? subject);

    [LoggerMessage(5, LogLevel.Information, "The identity provider has ended the session of {Subject}")]
    public partial void SessionEnded(string? subject);

    [LoggerMessage(6, LogLevel.Warning, "The session of {Subject} was ended, since the answer to its refresh is in doubt: {Cause}")]
    public partial void SessionInDoubt(string? subject, string cause);

    [LoggerMessage(7, LogLevel.Warning, "The token of {Subject} could not be refreshed, next attempt in {Pause}: {Cause}")]
    public partial void RefreshFailed(string? subject, TimeSpan pause, string cause);

    [LoggerMessage(8, LogLevel.Warning, "The new token of {Subject} could not be stored, so the session ends with the old one: {Cause}")]
    public partial void NewTokenLost(string? subject, string cause);
}
