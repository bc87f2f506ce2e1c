using AuthDemo.ServiceDefaults;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;

namespace AuthDemo.Web.Http;

/// <summary>
/// Endpoints behind the pages' forms: every one refuses a request without the page's anti-forgery token (OWASP ASVS 5.0, 3.5.1).
/// </summary>
internal static partial class Forms
{
    public const string LogoutPath = "/logout";

    public static void AddForms(this WebApplicationBuilder builder)
    {
        // A bad form is the sender's mistake in Development too: 400 and the page about it, no exception.
        builder.Services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = false);
        builder.Services.AddAntiforgery();
        builder.Services.AddOptions<AntiforgeryOptions>()
            .Configure<HostCookies>((options, cookies) => cookies.Bind(options.Cookie, "authdemo.forms"));
    }

    public static RouteGroupBuilder MapForms(this WebApplication app) =>
        app.MapGroup("").WithMetadata(new RequireAntiforgeryTokenAttribute());

    /// <summary>
    /// Refuses a form that nobody here can read (RFC 9110, section 15.5.16), before anything tries to. Forms are UTF-8 (WHATWG HTML,
    /// section 4.10.21.8).
    /// </summary>
    public static void UseReadableForms(this WebApplication app) => app.Use((http, next) =>
    {
        var charset = http.Request.GetTypedHeaders().ContentType?.Charset.Value;
        if (string.IsNullOrEmpty(charset) || charset.Trim('"').Equals("utf-8", StringComparison.OrdinalIgnoreCase)) return next(http);
        http.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
        return Task.CompletedTask;
    });

    public static void UseForms(this WebApplication app)
    {
        var log = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("AuthDemo.Web.Forms");
        app.UseAntiforgery();
        // The page about the refusal, which is got, has the same features.
        app.Use((http, next) => http.Features.Get<IAntiforgeryValidationFeature>() is { IsValid: false } refused
            && !HttpMethods.IsGet(http.Request.Method)
            ? Refuse(http, refused.Error?.InnerException, log)
            : SendAsync(http, next));
    }

    private static async Task SendAsync(HttpContext http, RequestDelegate next)
    {
        try
        {
            await next(http);
        }
        catch (SessionEndedException) when (!http.Response.HasStarted)
        {
            await http.ChallengeAsync();
        }
    }

    private static Task Refuse(HttpContext http, Exception? cause, ILogger log)
    {
        // A body that is too large, or not sent to its end in time, has a status of its own.
        http.Response.StatusCode = (cause as BadHttpRequestException)?.StatusCode ?? StatusCodes.Status400BadRequest;
        // Where nobody is logged in, a logout has nothing left to do.
        if (cause is not BadHttpRequestException && http.Request.Path == LogoutPath && http.Request.PageOfForm() is { } page
            && http.User.Identity is not { IsAuthenticated: true })
        {
            http.Response.Redirect(page);
        }

        var person = http.User.ForLog(http.RequestServices.GetRequiredService<IHostEnvironment>());
        LogRefused(log, http.GetEndpoint()?.DisplayName, person, http.Response.StatusCode, http.User.SubjectForLog());
        return Task.CompletedTask;
    }

    [LoggerMessage(1, LogLevel.Information, "The form {Form} of {Person} was not accepted: {Status}")]
    private static partial void LogRefused(ILogger log, string? form, string? person, int status, string? Subject);
}

/// <summary>The identity provider has ended the session while a request was at work: it needs a login again, and nothing is down.</summary>
internal sealed class SessionEndedException() : Exception("The session has ended at the identity provider: log in again.");
