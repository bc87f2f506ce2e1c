using System.Security.Claims;
using System.Text.RegularExpressions;
using AuthDemo.Web.Lab;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace AuthDemo.Web.Login;

/// <summary>The addresses at which a login starts and ends.</summary>
internal static partial class LoginEndpoints
{
    public static void MapLogin(this WebApplication app)
    {
        app.MapGet("/login", StartLogin).AllowAnonymous();
        app.MapGet("/session", WhoAmI).RequireAuthorization();

        var forms = app.MapForms();
        forms.MapPost("/logout", LogOut);
        forms.MapPost("/become/{persona}", Become);
    }

    /// <summary>Sends the browser to the identity provider.</summary>
    /// <param name="http">The request.</param>
    /// <param name="returnUrl">Where to go afterwards: a path of this application.</param>
    /// <param name="loginHint">Whose login is expected (OpenID Connect Core 3.1.2.1).</param>
    /// <param name="maxAge">How many seconds old the login may be (the same).</param>
    /// <param name="scope">An optional scope that the lab may ask for besides the usual ones.</param>
    private static async Task<IResult> StartLogin(
        HttpContext http, string? returnUrl, [FromQuery(Name = "login_hint")] string? loginHint, [FromQuery(Name = "max_age")] int? maxAge, string? scope)
    {
        var properties = new OpenIdConnectChallengeProperties { RedirectUri = ReturnUrl.Local(returnUrl) };
        if (loginHint is not null && UserName().IsMatch(loginHint)) properties.SetParameter(OpenIdConnectParameterNames.LoginHint, loginHint);
        if (maxAge is >= 0) properties.MaxAge = TimeSpan.FromSeconds(maxAge.Value);
        if (scope == Scenarios.VisitorsScope) properties.Scope = ["openid", "profile", scope];
        return await ChallengeAsync(http, properties);
    }

    /// <summary>Starts a login that carries the given properties there and back; a page says so where the identity provider cannot be reached.</summary>
    public static async Task<IResult> ChallengeAsync(HttpContext http, AuthenticationProperties properties)
    {
        var session = (await http.AuthenticateAsync()).Properties;
        if (session is not null) SessionStore.Replace(session, properties);
        try
        {
            await http.ChallengeAsync(OpenIdConnectDefaults.AuthenticationScheme, properties);
            return Results.Empty;
        }
        // HttpRequestException and TaskCanceledException: the pushed authorization request failed; InvalidOperationException: the discovery document could not be had.
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException or InvalidOperationException)
        {
            LogUnavailable(http.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger("AuthDemo.Web.Login"), e.Message);
            return Results.LocalRedirect(
                $"{LoginFailure.Path}?reason={LoginFailure.ProviderUnavailable}&returnUrl={Uri.EscapeDataString(ReturnUrl.Local(properties.RedirectUri))}");
        }
    }

    private static Ok<SessionInfo> WhoAmI(HttpContext http, ClaimsPrincipal user)
    {
        http.Response.Headers.CacheControl = "no-store"; // pages have it from their forms' anti-forgery token
        return TypedResults.Ok(new SessionInfo(
            user.FindFirstValue("preferred_username"),
            [.. user.FindAll("roles").Select(c => c.Value)],
            [.. user.FindAll("groups").Select(c => c.Value)]));
    }

    private static Task<IResult> LogOut(HttpContext http, LabNotebooks notebooks, [FromForm] string? returnUrl) =>
        EndSessionAsync(http, notebooks, ReturnUrl.Local(returnUrl));

    /// <summary>Switches to another person. The old session ends first: a login hint during somebody else's session is not followed by every identity provider.</summary>
    private static Task<IResult> Become(HttpContext http, LabNotebooks notebooks, string persona, [FromForm] string? returnUrl)
    {
        var login = $"/login?login_hint={Uri.EscapeDataString(persona)}&returnUrl={Uri.EscapeDataString(ReturnUrl.Local(returnUrl))}";
        return EndSessionAsync(http, notebooks, login);
    }

    /// <summary>Ends the session here, then at the identity provider (OpenID Connect RP-Initiated Logout 1.0, with the ID token as a hint).</summary>
    private static async Task<IResult> EndSessionAsync(HttpContext http, LabNotebooks notebooks, string next)
    {
        if (http.User.Identity is not { IsAuthenticated: true }) return Results.LocalRedirect(next);

        await notebooks.Open(http).KeepEndedSessionAsync(http);
        await http.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
        try
        {
            await http.SignOutAsync(OpenIdConnectDefaults.AuthenticationScheme, new AuthenticationProperties { RedirectUri = next });
            return Results.Empty;
        }
        catch (InvalidOperationException e) // the discovery document could not be had
        {
            LogUnavailable(http.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger("AuthDemo.Web.Login"), e.Message);
            return Results.LocalRedirect($"{LoginFailure.Path}?reason={LoginFailure.ProviderUnavailable}");
        }
    }

    [GeneratedRegex(@"^[\w.@-]{1,64}$")]
    private static partial Regex UserName();

    [LoggerMessage(2, LogLevel.Warning, "The identity provider could not be reached: {Cause}")]
    private static partial void LogUnavailable(ILogger log, string cause);

    private sealed record SessionInfo(string? Name, string[] Roles, string[] Groups);
}
