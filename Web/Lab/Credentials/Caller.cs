using System.Security.Claims;
using AuthDemo.Web.Http;
using AuthDemo.Web.Login;
using Microsoft.AspNetCore.Authentication;

namespace AuthDemo.Web.Lab.Credentials;

/// <summary>Who runs a scenario, with what Web holds for them.</summary>
public sealed record Caller
{
    private Caller()
    {
    }

    /// <summary>Somebody without a login.</summary>
    public static Caller Nobody { get; } = new();

    /// <summary>One of <see cref="Personas"/>, or the name of somebody else who has a login.</summary>
    public string Persona { get; private init; } = Personas.Nobody;

    public bool IsNobody => Persona == Personas.Nobody;

    /// <summary>Web's address as this caller sees it, which may be a proxy's.</summary>
    internal Uri Web { get; private init; } = new("http://localhost");

    internal string? AccessToken { get; private init; }

    internal string? IdToken { get; private init; }

    internal string? Cookies { get; private init; }

    /// <summary>The session that was logged out last in this browser.</summary>
    internal EndedSession? EndedSession { get; private init; }

    /// <summary>When the person last gave a password; null where the identity provider does not say.</summary>
    public DateTimeOffset? LoggedInAt { get; private init; }

    /// <summary>Whether the person last gave a one-time code, too (OpenID Connect Core 1.0, section 2: <c>acr</c>).</summary>
    public bool HasSecondFactor { get; private init; }

    /// <summary>The scopes of the access token.</summary>
    public IReadOnlyList<string> Scopes { get; private init; } = [];

    /// <summary>Gets a new access token, as <see cref="TokenRefresh.RefreshNowAsync"/>.</summary>
    internal Func<Task<string>> RenewAsync { get; private init; } = () => throw new SessionEndedException();

    /// <summary>Whoever sent a request, as somebody without a login.</summary>
    internal static Caller NobodyAt(HttpRequest request, EndedSession? ended = null) =>
        new() { Web = new Uri($"{request.Scheme}://{request.Host}"), EndedSession = ended };

    internal static async Task<Caller> FromAsync(HttpContext http, EndedSession? ended)
    {
        var nobody = NobodyAt(http.Request, ended);
        var login = await http.AuthenticateAsync();
        if (login is not { Succeeded: true, Principal: { } user, Properties: { } properties }) return nobody;

        return nobody with
        {
            Persona = user.Identity?.Name ?? user.FindFirstValue("sub") ?? "somebody",
            AccessToken = properties.GetTokenValue("access_token"),
            IdToken = properties.GetTokenValue("id_token"),
            Cookies = http.Request.Headers.Cookie,
            LoggedInAt = PersonClaims.LoggedInAt(user),
            HasSecondFactor = user.FindFirstValue("acr") == "mfa",
            Scopes = properties.Items.TryGetValue(LoginSetup.ScopeItem, out var scope) ? scope?.Split(' ') ?? [] : [],
            RenewAsync = () => http.RequestServices.GetRequiredService<TokenRefresh>().RefreshNowAsync(http, properties),
        };
    }

    /// <summary>The name alone: what Web holds for somebody goes into no log.</summary>
    public override string ToString() => Persona;
}
