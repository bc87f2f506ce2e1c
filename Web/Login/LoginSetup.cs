using AuthDemo.ServiceDefaults;
using AuthDemo.Web.Http;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace AuthDemo.Web.Login;

/// <summary>
/// How people log in: OpenID Connect with the authorization code flow, and a session whose tokens stay on the server (RFC 10017, backend
/// for frontend).
/// </summary>
internal static class LoginSetup
{
    public const string CallbackPath = "/signin-oidc";

    /// <summary>Where the session remembers which scopes its access token got (RFC 6749, section 5.1).</summary>
    public const string ScopeItem = ".scope";

    /// <summary>What every login asks for.</summary>
    public static IReadOnlyList<string> Scopes { get; } = ["openid", "profile"];

    public static void AddLogin(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<SessionStore>();
        services.AddSingleton<TokenRefresh>();
        services.AddSingleton<StepUp>();
        services.AddSingleton<LoginLog>();

        services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme)
            .AddCookie(ConfigureSession)
            .AddOpenIdConnect(options => ConfigureOpenIdConnect(options, builder.Configuration, builder.Environment));
        services.AddOptions<CookieAuthenticationOptions>(CookieAuthenticationDefaults.AuthenticationScheme)
            .Configure<SessionStore>((options, sessions) => options.SessionStore = sessions);
        services.AddOptions<OpenIdConnectOptions>(OpenIdConnectDefaults.AuthenticationScheme)
            .Configure<IHttpClientFactory>((options, clients) => options.Backchannel = clients.CreateClient(ServiceClients.Keycloak));

        services.AddAuthorization();
        services.AddCascadingAuthenticationState();
    }

    private static void ConfigureSession(CookieAuthenticationOptions options)
    {
        options.Cookie.Name = "authdemo.session";
        options.Cookie.SameSite = SameSiteMode.Lax;
        options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        options.CookieManager = new SessionCookies(CallbackPath);
        options.ExpireTimeSpan = TimeSpan.FromHours(10);
        options.SlidingExpiration = false;
        options.LoginPath = "/login";
        options.ReturnUrlParameter = "returnUrl";

        options.Events.OnValidatePrincipal = context =>
            context.HttpContext.RequestServices.GetRequiredService<TokenRefresh>().ValidateAsync(context);
        options.Events.OnRedirectToLogin = context =>
        {
            if (context.HttpContext.GetEndpoint()?.Metadata.GetMetadata<IDisableCookieRedirectMetadata>() is null)
            {
                // A login comes back by GET, which a form's own address does not answer.
                context.Response.Redirect(HttpMethods.IsPost(context.Request.Method) ? options.LoginPath : context.RedirectUri);
                return Task.CompletedTask;
            }

            // A script cannot follow a redirect to a login page. RFC 9110, section 15.5.2 wants a challenge with a 401, and this scheme
            // opens no browser's password dialog.
            context.Response.Headers.WWWAuthenticate = "Cookie realm=\"authdemo\"";
            return Results.Problem(
                statusCode: StatusCodes.Status401Unauthorized,
                extensions: new Dictionary<string, object?> { ["reason"] = Reasons.NoCredentials }).ExecuteAsync(context.HttpContext);
        };
        // The 403 page stands at the address that was asked for: a redirect to it would say 302, and one to the login would never end.
        options.Events.OnRedirectToAccessDenied = context =>
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return Task.CompletedTask;
        };
    }

    private static void ConfigureOpenIdConnect(OpenIdConnectOptions options, IConfiguration configuration, IHostEnvironment environment)
    {
        var settings = configuration.GetRequiredSection("Authentication");
        options.Authority = configuration.GetAuthority().ToString();
        options.RequireHttpsMetadata = !environment.IsDevelopment();
        options.ClientId = settings["ClientId"];
        options.ClientSecret = settings["ClientSecret"];
        options.CallbackPath = CallbackPath;

        options.ResponseType = OpenIdConnectResponseType.Code;
        // Not form_post: a cross-site POST comes without the Lax cookies below.
        options.ResponseMode = OpenIdConnectResponseMode.Query;
        options.UsePkce = true; // RFC 9700, section 2.1.1
        options.Scope.Clear();
        foreach (var scope in Scopes) options.Scope.Add(scope);

        options.SaveTokens = true;
        options.MapInboundClaims = false;
        options.TokenValidationParameters.NameClaimType = "preferred_username";
        options.TokenValidationParameters.RoleClaimType = "roles";

        foreach (var cookie in new[] { options.CorrelationCookie, options.NonceCookie })
        {
            cookie.SameSite = SameSiteMode.Lax;
            cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        }

        options.Events.OnRedirectToIdentityProvider = context =>
        {
            context.ProtocolMessage.LoginHint = context.Properties.GetParameter<string>(OpenIdConnectParameterNames.LoginHint);
            return Task.CompletedTask;
        };
        options.Events.OnTokenResponseReceived = context =>
        {
            context.Properties!.Items[ScopeItem] = context.TokenEndpointResponse.Scope;
            return Task.CompletedTask;
        };
        options.Events.OnRemoteFailure = LoginFailure.OnRemoteFailure;
        options.Events.OnMessageReceived = context => NameSpan(context.HttpContext);
        options.Events.OnSignedOutCallbackRedirect = context => NameSpan(context.HttpContext);
    }

    // The handler answers its addresses itself: no endpoint gives their spans a route.
    private static Task NameSpan(HttpContext http)
    {
        http.Features.Get<IHttpActivityFeature>()?.Activity.SetTag("http.route", http.Request.Path.Value);
        return Task.CompletedTask;
    }
}
