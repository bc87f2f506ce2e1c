using AuthDemo.ServiceDefaults;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;

namespace AuthDemo.Web.Http;

/// <summary>
/// Endpoints behind the pages' forms: every one refuses a request without the page's anti-forgery token (OWASP ASVS 5.0, 3.5.1).
/// </summary>
internal static partial class Forms
{
    public static void AddForms(this WebApplicationBuilder builder)
    {
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
            ? RefuseAsync(http, refused.Error?.InnerException, log)
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

    private static async Task RefuseAsync(HttpContext http, Exception? cause, ILogger log)
    {
        var isLoggedIn = http.User.Identity is { IsAuthenticated: true };
        if (cause is BadHttpRequestException unread) // too large, or not sent to its end in time
        {
            http.Response.StatusCode = unread.StatusCode;
        }
        else if (StaleForm.PageOf(http.Request) is { } page && !http.Request.AsksForJson())
        {
            // Where nobody is logged in, a logout has nothing left to do.
            if (isLoggedIn || http.Request.Path != StaleForm.LogoutPath) StaleForm.Announce(http);
            http.Response.Redirect(page);
        }
        else
        {
            http.Response.StatusCode = StatusCodes.Status400BadRequest;
            if (http.Request.AsksForJson())
            {
                const string detail = "Load the page again: its forms are older than your login.";
                await Problems.Of(StatusCodes.Status400BadRequest, "form_not_accepted", detail).ExecuteAsync(http);
            }
        }

        var environment = http.RequestServices.GetRequiredService<IHostEnvironment>();
        LogRefused(
            log, http.GetEndpoint()?.DisplayName, http.User.ForLog(environment), http.Response.StatusCode, http.User.SubjectForLog());
    }

    [LoggerMessage(1, LogLevel.Information, "The form {Form} of {Person} was not accepted: {Status}")]
    private static partial void LogRefused(ILogger log, string? form, string? person, int status, string? Subject);
}
