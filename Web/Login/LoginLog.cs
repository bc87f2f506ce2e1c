using System.Diagnostics;
using System.Security.Claims;
using AuthDemo.ServiceDefaults;
using AuthTracing;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http.Features;

namespace AuthDemo.Web.Login;

/// <summary>
/// The record of logins and logouts, in the log (OWASP ASVS 5.0, chapter 16.3) and in the traces: a login's trace is named after what came
/// of it. Who it was is said by the subject, which never changes, and in Development by name. No token and no address.
/// </summary>
internal sealed partial class LoginLog(ILoggerFactory loggers, IHostEnvironment environment)
{
    private const string TraceItem = ".login.trace";
    private const string BegunItem = ".login.begun";

    private readonly ILogger log = loggers.CreateLogger("AuthDemo.Web.Login");

    /// <summary>The trace of the login that began a session; null where it was not traced.</summary>
    public static string? TraceOf(AuthenticationProperties? session) =>
        session?.GetString(TraceItem);

    /// <summary>The identity provider's answer will be a trace of its own, which says to which one it belongs.</summary>
    public static void Begun(AuthenticationProperties login) => login.Items[BegunItem] = Activity.Current?.Id;

    /// <summary>The identity provider has answered the login of these properties.</summary>
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

    /// <param name="reason">What did not go as it should; null where all did.</param>
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
