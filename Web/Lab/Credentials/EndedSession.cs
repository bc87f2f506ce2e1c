using System.Globalization;
using Microsoft.AspNetCore.Authentication;

namespace AuthDemo.Web.Lab.Credentials;

/// <summary>The access token of a session that was logged out. Kept only to show that it still works until it expires.</summary>
internal sealed record EndedSession(string Persona, string AccessToken, DateTimeOffset Expires)
{
    /// <summary>The request's session; null if it has no access token.</summary>
    public static async Task<EndedSession?> OfAsync(HttpContext http) =>
        await http.GetTokenAsync("access_token") is { } token
        && DateTimeOffset.TryParse(await http.GetTokenAsync("expires_at"), CultureInfo.InvariantCulture, out var expires)
            ? new EndedSession(http.User.Identity?.Name ?? "somebody", token, expires)
            : null;

    public override string ToString() => $"the ended session of {Persona}";
}
