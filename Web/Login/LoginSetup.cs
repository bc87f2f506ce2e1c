using AuthDemo.ServiceDefaults;
using AuthDemo.Web.Http;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Http.Metadata;

namespace AuthDemo.Web.Login;

/// <summary>
/// Configures login: OpenID Connect with the authorization code flow, and sessions that keep tokens on the server (RFC 10017, backend for
/// frontend).
/// </summary>
internal static class LoginSetup
{
    /// <summary>The session property for the granted scopes (RFC 6749, section 5.1).</summary>
    public const string ScopeItem = ".scope";

    public const string LoginPath = "/login";

    public const string SessionCookie = "authdemo.session";

    /// <summary>The scopes of every login.</summary>
    public static IReadOnlyList<string> Scopes { get; } = ["openid", "profile"];

    public static void AddLogin(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<SessionStore>();
        services.AddSingleton<ProviderMetadata>();
        services.AddSingleton<RefreshGrant>();
        services.AddSingleton<TokenRefresh>();
        services.AddSingleton<StepUp>();
        services.AddSingleton<LoginLog>();
        services.AddSingleton<LoginEvents>();
        services.AddAuthenticationTimes();
        services.AddOptions<LoginSettings>()
            .BindConfiguration("Authentication:Schemes:OpenIdConnect").ValidateDataAnnotations().ValidateOnStart();

        services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie().AddOpenIdConnect();
        services.AddOptions<CookieAuthenticationOptions>(CookieAuthenticationDefaults.AuthenticationScheme)
            .Configure<SessionStore, HostCookies>((options, sessions, cookies) =>
            {
                options.SessionStore = sessions;
                cookies.Bind(options.Cookie, SessionCookie);
                ConfigureSession(options);
            });
        services.AddOptions<OpenIdConnectOptions>(OpenIdConnectDefaults.AuthenticationScheme)
            .Configure<ProviderMetadata, IHttpClientFactory, HostCookies>((options, provider, clients, cookies) =>
                OpenIdConnectSetup.Configure(options, provider, clients.CreateClient(ServiceClients.Login), cookies));
    }

    private static void ConfigureSession(CookieAuthenticationOptions options)
    {
        options.CookieManager = new SessionCookies(OpenIdConnectSetup.CallbackPath);
        options.ExpireTimeSpan = TimeSpan.FromHours(10);
        options.SlidingExpiration = false;
        options.LoginPath = LoginPath;
        options.ReturnUrlParameter = "returnUrl";

        options.Events.OnValidatePrincipal = context =>
            context.HttpContext.RequestServices.GetRequiredService<TokenRefresh>().ValidateAsync(context);
        options.Events.OnSigningIn = SessionCookies.EndReplacedSessionAsync;
        options.Events.OnSignedIn = context => // after the ticket is stored, so failed logins are not logged as successes
        {
            context.HttpContext.RequestServices.GetRequiredService<LoginLog>().LoginSucceeded(context.HttpContext, context.Principal!);
            return Task.CompletedTask;
        };
        options.Events.OnRedirectToLogin = AskForLoginAsync;
        // Shows the 403 page at the requested URL. A redirect would change the status, and one to the login would loop.
        options.Events.OnRedirectToAccessDenied = context =>
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return Task.CompletedTask;
        };
    }

    private static Task AskForLoginAsync(RedirectContext<CookieAuthenticationOptions> context)
    {
        var http = context.HttpContext;
        if (http.GetEndpoint()?.Metadata.GetMetadata<IDisableCookieRedirectMetadata>() is null && !http.Request.AsksForJson())
        {
            // A login returns with a GET, so after a form it returns to the page that contains the form.
            context.Response.Redirect(
                !HttpMethods.IsPost(http.Request.Method) ? context.RedirectUri
                : http.Request.PageOfForm() is { } page ? $"{LoginPath}?returnUrl={Uri.EscapeDataString(page)}"
                : LoginPath);
            return Task.CompletedTask;
        }

        // A script cannot use a redirect to a login page. A 401 requires a challenge (RFC 9110, section 15.5.2), and browsers show no
        // dialog for this scheme.
        http.LogRefusal(http.GetEndpoint(), StatusCodes.Status401Unauthorized, Reasons.NoCredentials, policy: null);
        context.Response.Headers.WWWAuthenticate = "Cookie realm=\"authdemo\"";
        return Problems.Of(StatusCodes.Status401Unauthorized, Reasons.NoCredentials, detail: null).ExecuteAsync(http);
    }
}
