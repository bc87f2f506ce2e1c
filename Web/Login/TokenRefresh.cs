using System.Globalization;
using System.Security.Claims;
using AuthDemo.Web.Http;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace AuthDemo.Web.Login;

/// <summary>
/// Renews the access token before it expires. Rotation lets a refresh token be used once (RFC 9700, section 4.14.2), so one request of a
/// session does so at a time, and after a failure there is a pause.
/// </summary>
internal sealed class TokenRefresh(SessionStore sessions, RefreshGrant grant, TimeProvider time, LoginLog log)
{
    private const string PausedUntilItem = ".refresh.paused-until";
    private static readonly TimeSpan RefreshBeforeExpiry = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    // Shorter than what is left of a lock in Redis: nobody else may use the old refresh token meanwhile.
    private static readonly TimeSpan StoreTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan StoreRetry = TimeSpan.FromSeconds(0.5);

    /// <summary>
    /// Called for every request that brings a session: ends the session when the identity provider has ended it, and only then. Nobody
    /// waits for a new token while the old one is good.
    /// </summary>
    public async Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        if (!IsDue(context.Properties) || !NeedsToken(context.HttpContext)) return;

        var refresh = RefreshAsync(SessionStore.KeyOf(context.Properties), IsDue);
        if (!IsExpired(context.Properties) && !refresh.IsCompleted) return;
        if (await refresh.WaitAsync(context.HttpContext.RequestAborted) is not { } ticket)
        {
            context.RejectPrincipal();
            await context.HttpContext.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
            return;
        }

        context.ReplacePrincipal(ticket.Principal);
        foreach (var (name, value) in ticket.Properties.Items) context.Properties.Items[name] = value;
    }

    /// <summary>A new access token now, however fresh the old one is.</summary>
    /// <exception cref="SessionEndedException">The identity provider has ended the session.</exception>
    /// <exception cref="ServiceUnavailableException">The identity provider gave no new token.</exception>
    public async Task<string> RefreshNowAsync(HttpContext http, AuthenticationProperties properties)
    {
        var old = AccessTokenOf(properties);
        var refresh = RefreshAsync(SessionStore.KeyOf(properties), latest => AccessTokenOf(latest) == old);
        var ticket = await refresh.WaitAsync(http.RequestAborted) ?? throw new SessionEndedException();
        return AccessTokenOf(ticket.Properties) is { } token && token != old ? token
            : throw new ServiceUnavailableException(ServiceClients.Keycloak, "The identity provider gave no new token.");
    }

    private static string? AccessTokenOf(AuthenticationProperties properties) =>
        properties.GetTokenValue(OpenIdConnectParameterNames.AccessToken);

    private bool IsDue(AuthenticationProperties properties) => ExpiryOf(properties) - RefreshBeforeExpiry < time.GetUtcNow();

    private bool IsExpired(AuthenticationProperties properties) => ExpiryOf(properties) < time.GetUtcNow();

    private static DateTimeOffset? ExpiryOf(AuthenticationProperties properties) => TimeIn(properties.GetTokenValue("expires_at"));

    private static DateTimeOffset? TimeIn(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out var at) ? at : null;

    // The protected pages and the forms. Static files, open pages and the logout need no token, so they never wait for one.
    private static bool NeedsToken(HttpContext http) => http.GetEndpoint()?.Metadata is { } endpoint
        && endpoint.GetMetadata<IAllowAnonymous>() is null
        && (endpoint.GetMetadata<IAuthorizeData>() is not null
            || endpoint.GetMetadata<IAntiforgeryMetadata>() is { RequiresValidation: true } && HttpMethods.IsPost(http.Request.Method));

    /// <summary>The session as it is after one request at a time has refreshed it where that is due; null when it has ended.</summary>
    private async Task<AuthenticationTicket?> RefreshAsync(string key, Predicate<AuthenticationProperties> isDue)
    {
        await using var held = await sessions.LockAsync(key, CancellationToken.None);
        // Whoever had the lock before may have renewed the session, or ended it.
        if (held is null || await sessions.RetrieveAsync(key) is not { } ticket) return null;
        if (!isDue(ticket.Properties)
            || TimeIn(ticket.Properties.GetString(PausedUntilItem)) > time.GetUtcNow()
            || ticket.Properties.GetTokenValue(OpenIdConnectParameterNames.RefreshToken) is not { } refreshToken)
        {
            return ticket;
        }

        try
        {
            var renewed = await grant.SendAsync(ticket, refreshToken);
            if (renewed is null) await sessions.RemoveAsync(key);
            else await StoreAsync(key, renewed);
            return renewed;
        }
        // An outage is no reason to log anybody out: the old token serves as long as it lasts.
        catch (ServiceUnavailableException outage) when (outage.Service == ServiceClients.Keycloak)
        {
            log.RefreshFailed(ticket.Principal.FindFirstValue("sub"), Pause, outage.GetBaseException().Message);
            ticket.Properties.SetString(PausedUntilItem, (time.GetUtcNow() + Pause).ToString("o", CultureInfo.InvariantCulture));
            await sessions.RenewAsync(key, ticket);
            return ticket;
        }
    }

    /// <summary>The identity provider gives each answer once, so a store that is away for a moment is waited for.</summary>
    private async Task StoreAsync(string key, AuthenticationTicket ticket)
    {
        for (var end = time.GetUtcNow() + StoreTimeout; ; await Task.Delay(StoreRetry, time))
        {
            try
            {
                await sessions.RenewAsync(key, ticket);
                return;
            }
            catch (ServiceUnavailableException) when (time.GetUtcNow() < end)
            {
                continue;
            }
        }
    }
}
