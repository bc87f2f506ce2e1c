using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using OpenIddict.Server.AspNetCore;

namespace AuthDemo.StandIn.Endpoints;

/// <summary>OpenIddict's operations under their OAuth names: OpenIddict offers them as an ASP.NET Core authentication scheme.</summary>
internal static class OpenIddictAnswers
{
    private const string Scheme = OpenIddictServerAspNetCoreDefaults.AuthenticationScheme;

    /// <summary>
    /// Who the code, refresh token, access token or ID token hint of the request is about; null where there is no valid one.
    /// </summary>
    public static async Task<ClaimsPrincipal?> ReadTokenAsync(this HttpContext context) =>
        (await context.AuthenticateAsync(Scheme)).Principal;

    /// <summary>Issues what the request asks for: a code or tokens.</summary>
    public static Task IssueAsync(this HttpContext context, ClaimsPrincipal principal) => context.SignInAsync(Scheme, principal);

    /// <summary>Sends the browser back to where a logout came from.</summary>
    public static Task ReturnFromLogoutAsync(this HttpContext context) => context.SignOutAsync(Scheme);

    /// <summary>Refuses the request with an error of OAuth 2.0.</summary>
    public static Task RefuseAsync(this HttpContext context, string error, string description) =>
        context.ForbidAsync(Scheme, new AuthenticationProperties(new Dictionary<string, string?>
        {
            [OpenIddictServerAspNetCoreConstants.Properties.Error] = error,
            [OpenIddictServerAspNetCoreConstants.Properties.ErrorDescription] = description,
        }));
}
