using AuthDemo.ServiceDefaults;
using AuthDemo.Web.Http;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Http.Metadata;

namespace AuthDemo.Web.Login;

/// <summary>
/// How people log in: OpenID Connect with the authorization code flow, and a session whose tokens stay on the server (RFC 10017, backend
/// for frontend).
/// </summary>
internal static class LoginSetup
{
    /// <summary>Where the session remembers which scopes its access token got (RFC 6749, section 5.1).</summary>
    public const string ScopeItem = ".scope";

    public const string LoginPath = "/login";

    public const string SessionCookie = "authdemo.session";

    /// <summary>What every login asks for.</summary>
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
        options.Events.OnSignedIn = context => // after the ticket is stored, so failed logins are not counted
        {
            context.HttpContext.RequestServices.GetRequiredService<LoginLog>().LoginSucceeded(context.HttpContext, context.Principal!);
            return Task.CompletedTask;
        };
        options.Events.OnRedirectToLogin = AskForLoginAsync;
        // The 403 page stands at the address that was asked for: a redirect to it would say 302, and one to the login would never end.
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
            // A login comes back by GET, which a form's own address does not answer: so to the page on which the form stands.
            context.Response.Redirect(
                !HttpMethods.IsPost(http.Request.Method) ? context.RedirectUri
                : http.Request.PageOfForm() is { } page ? $"{LoginPath}?returnUrl={Uri.EscapeDataString(page)}"
                : LoginPath);
            return Task.CompletedTask;
        }

        // A script cannot follow a redirect to a login page. RFC 9110, section 15.5.2 wants a challenge with a 401, and this scheme opens
        // no browser's password dialog.
        http.LogRefusal(http.GetEndpoint(), StatusCodes.Status401Unauthorized, Reasons.NoCredentials, policy: null);
        context.Response.Headers.WWWAuthenticate = "Cookie realm=\"authdemo\"";
        return Problems.Of(StatusCodes.Status401Unauthorized, Reasons.NoCredentials, detail: null).ExecuteAsync(http);
    }
}
