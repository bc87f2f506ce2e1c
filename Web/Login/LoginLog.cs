using System.Diagnostics;
using System.Security.Claims;
using AuthDemo.ServiceDefaults;
using AuthTracing;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http.Features;

namespace AuthDemo.Web.Login;

/// <summary>
/// Logs logins and logouts (OWASP ASVS 5.0, chapter 16.3), and names their spans after the result. Users are identified by subject, which
/// never changes, and in Development by name. No tokens or IP addresses.
/// </summary>
internal sealed partial class LoginLog(ILoggerFactory loggers, IHostEnvironment environment)
{
    private const string TraceItem = ".login.trace";
    private const string BegunItem = ".login.begun";

    private readonly ILogger log = loggers.CreateLogger("AuthDemo.Web.Login");

    /// <summary>The trace of the login that started a session; null if it was not traced.</summary>
    public static string? TraceOf(AuthenticationProperties? session) =>
        session?.GetString(TraceItem);

    /// <summary>Remembers the current trace, to link the callback to it: the callback is a trace of its own.</summary>
    public static void Begun(AuthenticationProperties login) => login.Items[BegunItem] = Activity.Current?.Id;

    /// <summary>Links the callback to the trace in which the login was started.</summary>
    public static void Answered(HttpContext http, AuthenticationProperties login)
    {
        login.Items[TraceItem] = SpanOf(http)?.TraceId.ToString();
        if (login.Items.Remove(BegunItem, out var begun) && ActivityContext.TryParse(begun, null, out var context))
            SpanOf(http)?.AddLink(new ActivityLink(context));
    }

    public void LoginSucceeded(HttpContext http, ClaimsPrincipal user)
    {
        Describe(http, $"login of {Personas.Known(user.Identity?.Name)}: succeeded", Outcomes.Succeeded, reason: null, user);
        LoggedIn(user.ForLog(environment), user.SubjectForLog());
    }

    public void LoginFailed(HttpContext http, string reason, string? cause, string? error)
    {
        Describe(http, $"login failed: {reason}", Outcomes.Failed, reason, user: null);
        LoginFailed(reason, cause, error);
    }

    /// <param name="reason">What failed; null for a complete logout.</param>
    public void LoggedOut(HttpContext http, ClaimsPrincipal user, string? reason = null)
    {
        Describe(
            http, $"logout of {Personas.Known(user.Identity?.Name)}: {reason ?? Outcomes.Succeeded}",
            reason is null ? Outcomes.Succeeded : Outcomes.Failed, reason, user);
        if (reason is null) LoggedOut(user.ForLog(environment), user.SubjectForLog());
    }

    [LoggerMessage(2, LogLevel.Warning, "The identity provider could not be reached: {Cause}")]
    public partial void ProviderUnavailable(string? cause);

    [LoggerMessage(5, LogLevel.Information, "The identity provider has ended the session of {Subject}")]
    public partial void SessionEnded(string? subject);

    [LoggerMessage(6, LogLevel.Warning, "The session of {Subject} was ended, since the answer to its refresh is in doubt: {Cause}")]
    public partial void SessionInDoubt(string? subject, string cause);

    [LoggerMessage(7, LogLevel.Warning, "The token of {Subject} could not be refreshed, next attempt in {Pause}: {Cause}")]
    public partial void RefreshFailed(string? subject, TimeSpan pause, string cause);

    [LoggerMessage(1, LogLevel.Warning, "A login did not succeed: {Reason} ({Cause} {Error})")]
    private partial void LoginFailed(string reason, string? cause, string? error);

    [LoggerMessage(3, LogLevel.Information, "{Person} has logged in")]
    private partial void LoggedIn(string? person, string? Subject);

    [LoggerMessage(4, LogLevel.Information, "{Person} has logged out")]
    private partial void LoggedOut(string? person, string? Subject);

    private void Describe(HttpContext http, string name, string outcome, string? reason, ClaimsPrincipal? user)
    {
        http.SetSpanName(name);
        var span = SpanOf(http)?.SetTag(AuthSource.Outcome, outcome).SetTag(AuthSource.Reason, reason);
        if (user is null) return;
        span?.SetTag(AuthSource.UserId, user.FindFirstValue("sub"));
        foreach (var claim in new[] { "iss", "acr", "amr" })
            span?.SetTag($"auth.login.{claim}", string.Join(' ', user.FindAll(claim).Select(c => c.Value)));
        if (environment.IsDevelopment()) span?.SetTag(AuthSource.UserName, user.Identity?.Name);
    }

    private static Activity? SpanOf(HttpContext http) => http.Features.Get<IHttpActivityFeature>()?.Activity;
}
