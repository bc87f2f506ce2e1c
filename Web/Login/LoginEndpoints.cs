using System.Globalization;
using System.Security.Claims;
using AuthDemo.Web.Http;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing.Template;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace AuthDemo.Web.Login;

/// <summary>The endpoints for login and logout.</summary>
internal static class LoginEndpoints
{
    private const int MaxHintLength = 254;

    public static void MapLogin(this WebApplication app)
    {
        app.MapMethods(LoginSetup.LoginPath, Requests.Read, StartLoginAsync)
            .AllowAnonymous().RequireRateLimiting(RateLimits.Logins);
        app.MapMethods("/session", Requests.Read, DescribeSession).RequireAuthorization();

        var forms = app.MapForms().AllowAnonymous();
        forms.MapPost(LoginSetup.LoginPath, StartWiderLoginAsync).RequireRateLimiting(RateLimits.Logins);
        forms.MapPost(Forms.LogoutPath, LogOutAsync);
        forms.MapPost("/become/{persona}", BecomeAsync);
    }

    /// <summary>Starts a login.</summary>
    /// <param name="returnUrl">Where to go afterwards: a local URL.</param>
    /// <param name="loginHint">Who is expected to log in (OpenID Connect Core 1.0, section 3.1.2.1).</param>
    private static Task<IResult> StartLoginAsync(HttpContext http, string? returnUrl, [FromQuery(Name = "login_hint")] string? loginHint) =>
        http.Request.IsDeliberate() ? ChallengeAsync(http, LoginAs(http, loginHint, returnUrl)) : Refuse();

    /// <summary>
    /// Starts a login with additional parameters. Accepted from a form only: a link on another site could widen a token or make the user
    /// enter a password (OWASP ASVS 5.0, 3.5.3).
    /// </summary>
    /// <param name="maxAge">The maximum age of the login in seconds (OpenID Connect Core 1.0, section 3.1.2.1).</param>
    /// <param name="acrValues">The required authentication levels (section 3.1.2.1).</param>
    /// <param name="prompt"><c>login</c> to enter the password again (section 3.1.2.1).</param>
    /// <param name="scope">An additional scope, one of <c>Authentication:OptionalScopes</c>.</param>
    private static async Task<IResult> StartWiderLoginAsync(
        HttpContext http,
        IConfiguration configuration,
        [FromForm] string? returnUrl,
        [FromForm(Name = "login_hint")] string? loginHint,
        [FromForm(Name = "max_age")] uint? maxAge,
        [FromForm(Name = "acr_values")] string? acrValues,
        [FromForm] string? prompt,
        [FromForm] string? scope)
    {
        var optionalScopes = configuration.GetSection("Authentication:OptionalScopes").Get<string[]>() ?? [];
        if (prompt is not (null or "login") || (scope is not null && !optionalScopes.Contains(scope))) return Results.BadRequest();

        var login = LoginAs(http, loginHint, returnUrl);
        login.SetParameter(OpenIdConnectParameterNames.MaxAge, maxAge?.ToString(CultureInfo.InvariantCulture));
        login.SetParameter(OpenIdConnectParameterNames.AcrValues, LoginRequirements.Read(maxAge: null, acrValues).AcrValues);
        login.SetParameter(OpenIdConnectParameterNames.Prompt, prompt);
        login.SetParameter(OpenIdConnectParameterNames.Scope, scope is null ? null : string.Join(' ', [.. LoginSetup.Scopes, scope]));
        return await ChallengeAsync(http, login);
    }

    // A 503 makes browsers discard a prefetched page.
    private static Task<IResult> Refuse() => Task.FromResult(Results.StatusCode(StatusCodes.Status503ServiceUnavailable));

    private static AuthenticationProperties LoginAs(HttpContext http, string? hint, string? returnUrl)
    {
        var login = new AuthenticationProperties { RedirectUri = PageAt(http, returnUrl) };
        var isName = hint is { Length: > 0 and <= MaxHintLength } && !hint.Any(char.IsControl);
        login.SetParameter(OpenIdConnectParameterNames.LoginHint, isName ? hint : null);
        return login;
    }

    /// <summary>Returns the URL if it is a page of this application, else <c>/</c>.</summary>
    private static string PageAt(HttpContext http, string? url)
    {
        var local = ReturnUrl.Local(url);
        var path = PathString.FromUriComponent(new Uri(new Uri("http://localhost"), local));
        var isPage = http.RequestServices.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().Any(endpoint =>
            endpoint.Metadata.GetMetadata<ComponentTypeMetadata>() is not null
            && new TemplateMatcher(new RouteTemplate(endpoint.RoutePattern), []).TryMatch(path, []));
        return isPage && path != LoginFailure.Path ? local : "/";
    }

    /// <summary>Starts a login, or shows an error page if the identity provider rejects it or is unavailable.</summary>
    public static async Task<IResult> ChallengeAsync(HttpContext http, AuthenticationProperties properties)
    {
        try
        {
            await http.ChallengeAsync(OpenIdConnectDefaults.AuthenticationScheme, properties);
            return Results.Empty;
        }
        // A rejected pushed authorization request (RFC 9126, section 2.3) throws OpenIdConnectProtocolException.
        catch (Exception e) when (e is ServiceUnavailableException or OpenIdConnectProtocolException)
        {
            return LoginFailure.Show(http, LoginFailure.ReasonOf(e), e, properties.RedirectUri);
        }
    }

    private static Ok<SessionInfo> DescribeSession(HttpContext http, ClaimsPrincipal user)
    {
        http.Response.Headers.CacheControl = "no-store"; // pages get this header from the anti-forgery token
        return TypedResults.Ok(new SessionInfo(
            user.Identity?.Name,
            [.. user.FindAll("roles").Select(c => c.Value)],
            [.. user.FindAll("groups").Select(c => c.Value)]));
    }

    private static Task<IResult> LogOutAsync(HttpContext http, [FromForm] string? returnUrl) =>
        EndSessionAsync(http, PageAt(http, returnUrl));

    /// <summary>Switches to another user. Logs out first, because some identity providers ignore a login hint during a session.</summary>
    private static Task<IResult> BecomeAsync(HttpContext http, string persona, [FromForm] string? returnUrl) => EndSessionAsync(
        http,
        $"{LoginSetup.LoginPath}?login_hint={Uri.EscapeDataString(persona)}&returnUrl={Uri.EscapeDataString(PageAt(http, returnUrl))}");

    /// <summary>Logs out here, then at the identity provider (OpenID Connect RP-Initiated Logout 1.0).</summary>
    public static async Task<IResult> EndSessionAsync(HttpContext http, string next)
    {
        if (http.User.Identity is not { IsAuthenticated: true }) return Results.LocalRedirect(next);

        await http.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
        http.RequestServices.GetRequiredService<LoginLog>().LoggedOut(http, http.User);
        try
        {
            // Fetches the current keys: the provider would show an error page for a hint that they did not sign.
            var provider = http.RequestServices.GetRequiredService<ProviderMetadata>();
            provider.RequestRefresh();
            await provider.GetConfigurationAsync(http.RequestAborted);
            await http.SignOutAsync(OpenIdConnectDefaults.AuthenticationScheme, new AuthenticationProperties { RedirectUri = next });
            return Results.Empty;
        }
        catch (ServiceUnavailableException e)
        {
            return LoginFailure.Show(http, LoginFailure.LoggedOutHereOnly, e, returnUrl: null);
        }
    }

    private sealed record SessionInfo(string? Name, string[] Roles, string[] Groups);
}
