using System.Security.Claims;
using AuthDemo.Web.Login;
using Microsoft.AspNetCore.Authentication;

namespace AuthDemo.Web.Lab.Credentials;

/// <summary>The user who runs a scenario, with the session's tokens.</summary>
internal sealed class Caller(HttpContext http, AuthenticationTicket? login, EndedSession? ended)
{
    /// <summary>One of <see cref="Personas"/>, or the name of another user.</summary>
    public string Persona { get; } = login is null
        ? Personas.Nobody
        : login.Principal.Identity?.Name ?? login.Principal.FindFirstValue("sub") ?? "somebody";

    public bool IsNobody => login is null;

    /// <summary>Web's public address, which may be a proxy's.</summary>
    public Uri Web => new($"{http.Request.Scheme}://{http.Request.Host}");

    public string? AccessToken => login?.Properties.GetTokenValue("access_token");

    public string? IdToken => login?.Properties.GetTokenValue("id_token");

    public string? Cookies => IsNobody ? null : http.Request.Headers.Cookie.ToString();

    /// <summary>The last session that was logged out in this browser.</summary>
    public EndedSession? EndedSession => ended;

    /// <summary>How long ago the user entered a password; <see cref="TimeSpan.MaxValue"/> if unknown.</summary>
    public TimeSpan LoginAge(DateTimeOffset now) =>
        login is not null && PersonClaims.LoggedInAt(login.Principal) is { } at ? now - at : TimeSpan.MaxValue;

    /// <summary>Whether the login included a one-time code (OpenID Connect Core 1.0, section 2: <c>acr</c>).</summary>
    public bool HasSecondFactor => login?.Principal.FindFirstValue("acr") == "mfa";

    /// <summary>Whether the access token has the scope <see cref="Credential.VisitorsScope"/>.</summary>
    public bool HasVisitorsScope =>
        login?.Properties.Items.TryGetValue(LoginSetup.ScopeItem, out var scope) == true
        && scope?.Split(' ').Contains(Credential.VisitorsScope) == true;

    /// <summary>An anonymous caller.</summary>
    public static Caller Nobody { get; } = new(new DefaultHttpContext(), login: null, ended: null);

    public static async Task<Caller> FromAsync(HttpContext http, EndedSession? ended) =>
        new(http, (await http.AuthenticateAsync()).Ticket, ended);

    /// <summary>Refreshes the access token; null for an anonymous caller. See <see cref="TokenRefresh.RefreshNowAsync"/>.</summary>
    public async Task<string?> RenewAsync() => login is null
        ? null
        : await http.RequestServices.GetRequiredService<TokenRefresh>().RefreshNowAsync(http, login.Properties);
}
