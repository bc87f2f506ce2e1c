using AuthDemo.Web.Http;
using AuthDemo.Web.Lab.Answers;
using AuthDemo.Web.Lab.Credentials;
using AuthDemo.Web.Lab.Running;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace AuthDemo.Web.Lab;

internal static class LabSetup
{
    public static void AddLab(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<LabNotebooks>();
        services.AddSingleton<CredentialSources>();
        services.AddSingleton<LoginForm>();
        services.AddSingleton<Readiness>();
        services.AddSingleton<Authenticators>();
        services.AddSingleton<ScenarioRunner>();
        services.AddLabTraces();
        services.AddOptions<CookieAuthenticationOptions>(CookieAuthenticationDefaults.AuthenticationScheme)
            .PostConfigure<LabNotebooks>((options, notebooks) =>
            {
                var signedIn = options.Events.OnSignedIn;
                options.Events.OnSignedIn = async context =>
                {
                    await signedIn(context);
                    await KeepAsync(context.HttpContext, notebooks, ended: null);
                };
                options.Events.OnSigningOut = context => KeepSessionAsync(context, notebooks);
            });
    }

    // Keeps the session of a logout by the user. If the session ended by itself, the request is not authenticated.
    private static async Task KeepSessionAsync(CookieSigningOutContext context, LabNotebooks notebooks)
    {
        var http = context.HttpContext;
        if (http.User.Identity is { IsAuthenticated: true } && await EndedSession.OfAsync(http) is { } ended)
            await KeepAsync(http, notebooks, ended);
    }

    private static async Task KeepAsync(HttpContext http, LabNotebooks notebooks, EndedSession? ended)
    {
        try
        {
            if (ended is not null || await notebooks.FindAsync(http) is not null)
                await notebooks.ChangeAsync(http, notebook => notebook.EndedSession = ended ?? notebook.EndedSession, hasNewOwner: true);
        }
        catch (ServiceUnavailableException)
        {
            // Not worth failing a login or logout: the lab only shows less.
        }
    }
}
