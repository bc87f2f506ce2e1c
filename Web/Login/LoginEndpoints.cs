using System.Security.Claims;
using System.Text.RegularExpressions;
using AuthDemo.Web.Http;
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
        app.MapGet("/login", StartLoginAsync).AllowAnonymous();
        app.MapGet("/session", DescribeSession).RequireAuthorization();

        var forms = app.MapForms();
        forms.MapPost("/logout", LogOutAsync);
        forms.MapPost("/become/{persona}", BecomeAsync);
    }

    /// <summary>Sends the browser to the identity provider.</summary>
    /// <param name="returnUrl">Where to go afterwards: a path of this application.</param>
    /// <param name="loginHint">Whose login is expected (OpenID Connect Core 1.0, section 3.1.2.1).</param>
    /// <param name="maxAge">How many seconds old the login may be (the same section).</param>
    /// <param name="scope">One of <c>Authentication:OptionalScopes</c>, besides the usual ones.</param>
    private static async Task<IResult> StartLoginAsync(
        HttpContext http,
        IConfiguration configuration,
        string? returnUrl,
        [FromQuery(Name = "login_hint")] string? loginHint,
        [FromQuery(Name = "max_age")] int? maxAge,
        string? scope)
    {
        var properties = new OpenIdConnectChallengeProperties { RedirectUri = ReturnUrl.Local(returnUrl) };
        if (loginHint is not null && UserName().IsMatch(loginHint))
            properties.SetParameter(OpenIdConnectParameterNames.LoginHint, loginHint);
        if (maxAge is >= 0) properties.MaxAge = TimeSpan.FromSeconds(maxAge.Value);
        var optional = configuration.GetSection("Authentication:OptionalScopes").Get<string[]>() ?? [];
        if (scope is not null && optional.Contains(scope)) properties.Scope = [.. LoginSetup.Scopes, scope];
        return await ChallengeAsync(http, properties);
    }

    /// <summary>
    /// Starts a login that carries the given properties there and back; a page says so where the identity provider cannot be reached.
    /// </summary>
    public static async Task<IResult> ChallengeAsync(HttpContext http, AuthenticationProperties properties)
    {
        var session = (await http.AuthenticateAsync()).Properties;
        if (session is not null) SessionStore.Replace(session, properties);
        try
        {
            await http.ChallengeAsync(OpenIdConnectDefaults.AuthenticationScheme, properties);
            return Results.Empty;
        }
        // InvalidOperationException: the discovery document could not be had.
        catch (Exception e) when (e is ServiceUnavailableException or InvalidOperationException)
        {
            return ShowUnavailable(http, e, ReturnUrl.Local(properties.RedirectUri));
        }
    }

    private static Ok<SessionInfo> DescribeSession(HttpContext http, ClaimsPrincipal user)
    {
        http.Response.Headers.CacheControl = "no-store"; // pages have it from their forms' anti-forgery token
        return TypedResults.Ok(new SessionInfo(
            user.FindFirstValue("preferred_username"),
            [.. user.FindAll("roles").Select(c => c.Value)],
            [.. user.FindAll("groups").Select(c => c.Value)]));
    }

    private static Task<IResult> LogOutAsync(HttpContext http, [FromForm] string? returnUrl) =>
        EndSessionAsync(http, ReturnUrl.Local(returnUrl));

    /// <summary>
    /// Switches to another person. The old session ends first: a login hint during somebody else's session is not followed by every
    /// identity provider.
    /// </summary>
    private static Task<IResult> BecomeAsync(HttpContext http, string persona, [FromForm] string? returnUrl)
    {
        var login = $"/login?login_hint={Uri.EscapeDataString(persona)}&returnUrl={Uri.EscapeDataString(ReturnUrl.Local(returnUrl))}";
        return EndSessionAsync(http, login);
    }

    /// <summary>
    /// Ends the session here, then at the identity provider (OpenID Connect RP-Initiated Logout 1.0, with the ID token as a hint).
    /// </summary>
    private static async Task<IResult> EndSessionAsync(HttpContext http, string next)
    {
        if (http.User.Identity is not { IsAuthenticated: true }) return Results.LocalRedirect(next);

        await http.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
        try
        {
            await http.SignOutAsync(OpenIdConnectDefaults.AuthenticationScheme, new AuthenticationProperties { RedirectUri = next });
            return Results.Empty;
        }
        catch (InvalidOperationException e) // the discovery document could not be had
        {
            return ShowUnavailable(http, e);
        }
    }

    private static IResult ShowUnavailable(HttpContext http, Exception cause, string? returnUrl = null)
    {
        http.RequestServices.GetRequiredService<LoginLog>().ProviderUnavailable(cause.GetBaseException().Message);
        return Results.LocalRedirect(LoginFailure.PageFor(LoginFailure.ProviderUnavailable, returnUrl));
    }

    [GeneratedRegex(@"^[\w.@-]{1,64}$")]
    private static partial Regex UserName();

    private sealed record SessionInfo(string? Name, string[] Roles, string[] Groups);
}
