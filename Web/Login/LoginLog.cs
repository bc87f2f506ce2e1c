namespace AuthDemo.Web.Login;

/// <summary>What is logged about logins and logouts.</summary>
internal sealed partial class LoginLog(ILoggerFactory loggers)
{
    private readonly ILogger log = loggers.CreateLogger("AuthDemo.Web.Login");

    [LoggerMessage(1, LogLevel.Warning, "A login did not succeed: {Reason} ({Cause} {Error})")]
    public partial void LoginFailed(string reason, string? cause, string? error);

    [LoggerMessage(2, LogLevel.Warning, "The identity provider could not be reached: {Cause}")]
    public partial void ProviderUnavailable(string cause);
}
