using Microsoft.AspNetCore.Antiforgery;

namespace AuthDemo.Web.Http;

/// <summary>
/// Endpoints behind the pages' forms: every one refuses a request without the page's anti-forgery token (OWASP ASVS 5.0, 3.5.1).
/// </summary>
internal static class Forms
{
    public static void AddForms(this WebApplicationBuilder builder) => builder.Services.AddAntiforgery(options =>
    {
        options.Cookie.Name = "authdemo.forms";
        options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest; // by default it is never Secure
    });

    public static RouteGroupBuilder MapForms(this WebApplication app)
    {
        var forms = app.MapGroup("").WithMetadata(new RequireAntiforgeryTokenAttribute());
        forms.AddEndpointFilter(async (context, next) =>
            context.HttpContext.Features.Get<IAntiforgeryValidationFeature>() is { IsValid: true }
                ? await next(context)
                : Results.StatusCode(StatusCodes.Status400BadRequest));
        return forms;
    }
}
