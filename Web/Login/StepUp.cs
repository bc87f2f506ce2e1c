using System.Security.Claims;
using AuthDemo.Web.Http;
using Microsoft.AspNetCore.Authentication;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace AuthDemo.Web.Login;

/// <summary>
/// Handles <c>insufficient_user_authentication</c> (RFC 9470): logs the same user in again, then performs the action once. The action is in
/// the login's protected state, so that only the browser that started it can continue.
/// </summary>
internal sealed class StepUp(SessionStore sessions)
{
    private const string ActionItem = ".stepup.action";
    private const string SubjectItem = ".stepup.subject";

    /// <summary>Starts the login that the API's challenge requires.</summary>
    /// <param name="action">The action to perform afterwards; see <see cref="TakeActionAsync"/>.</param>
    /// <param name="returnUrl">The URL that performs it.</param>
    public static Task<IResult> BeginAsync(HttpContext http, string action, string returnUrl, LoginRequirements required)
    {
        var properties = new AuthenticationProperties { RedirectUri = returnUrl };
        properties.SetParameter(OpenIdConnectParameterNames.MaxAge, required.MaxAge);
        properties.SetParameter(OpenIdConnectParameterNames.AcrValues, required.AcrValues);
        properties.SetParameter(OpenIdConnectParameterNames.LoginHint, http.User.Identity?.Name);
        properties.Items[ActionItem] = action;
        properties.Items[SubjectItem] = http.User.FindFirstValue("sub");
        return LoginEndpoints.ChallengeAsync(http, properties);
    }

    /// <summary>Takes the pending action; null if there is none, it was taken before, or another user has logged in.</summary>
    public async Task<string?> TakeActionAsync(HttpContext http)
    {
        var key = SessionStore.KeyOf((await http.AuthenticateAsync()).Properties!);
        await using var held = await sessions.LockAsync(key, http.RequestAborted);
        if (held is null || await sessions.RetrieveAsync(key) is not { } ticket) return null;
        if (!ticket.Properties.Items.Remove(ActionItem, out var action)) return null;
        ticket.Properties.Items.Remove(SubjectItem, out var subject);
        await sessions.RenewAsync(key, ticket);
        return subject == ticket.Principal.FindFirstValue("sub") ? action : null;
    }
}
