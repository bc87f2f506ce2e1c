using AuthDemo.ServiceDefaults;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;

namespace AuthDemo.Web.Http;

/// <summary>Maps the forms' endpoints. All of them validate the anti-forgery token (OWASP ASVS 5.0, 3.5.1).</summary>
internal static partial class Forms
{
    public const string LogoutPath = "/logout";

    public static void AddForms(this WebApplicationBuilder builder)
    {
        // In Development too, a bad form gets a 400 page instead of an exception.
        builder.Services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = false);
        builder.Services.AddAntiforgery();
        builder.Services.AddOptions<AntiforgeryOptions>()
            .Configure<HostCookies>((options, cookies) => cookies.Bind(options.Cookie, "authdemo.forms"));
    }

    public static RouteGroupBuilder MapForms(this WebApplication app) =>
        app.MapGroup("").WithMetadata(new RequireAntiforgeryTokenAttribute());

    /// <summary>Rejects a form in any encoding but UTF-8 (RFC 9110, section 15.5.16; WHATWG HTML, section 4.10.21.8).</summary>
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
        // The error page is rendered as a GET with the same features.
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
        // A body that is too large or timed out has its own status.
        http.Response.StatusCode = (cause as BadHttpRequestException)?.StatusCode ?? StatusCodes.Status400BadRequest;
        // The user is already logged out, so the logout has succeeded.
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

/// <summary>The identity provider ended the session during a request. The user has to log in again; this is not an outage.</summary>
internal sealed class SessionEndedException() : Exception("The session has ended at the identity provider: log in again.");
