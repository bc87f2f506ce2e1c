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
/// Refreshes the access token before it expires. With rotation a refresh token can be used once (RFC 9700, section 4.14.2), so only one
/// request per session refreshes at a time. After a failure there is a pause.
/// </summary>
internal sealed class TokenRefresh(SessionStore sessions, RefreshGrant grant, TimeProvider time, LoginLog log)
{
    private const string PausedUntilItem = ".refresh.paused-until";
    private static readonly TimeSpan RefreshBeforeExpiry = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    // Less than the remaining lifetime of a lock in Redis: until then no other process uses the old refresh token.
    private static readonly TimeSpan StoreTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan StoreRetry = TimeSpan.FromSeconds(0.5);

    /// <summary>
    /// Runs for every authenticated request. Ends the session only if the identity provider has ended it, and waits for a new token only if
    /// the old one has expired.
    /// </summary>
    public async Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        if (!IsDue(context.Properties) || !NeedsToken(context.HttpContext)) return;

        var refresh = RefreshAsync(SessionStore.KeyOf(context.Properties), IsDue);
        if (!(ExpiryOf(context.Properties) < time.GetUtcNow()) && !refresh.IsCompleted) return;
        if (await refresh.WaitAsync(context.HttpContext.RequestAborted) is not { } ticket)
        {
            context.RejectPrincipal();
            await context.HttpContext.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
            return;
        }

        context.ReplacePrincipal(ticket.Principal);
        foreach (var (name, value) in ticket.Properties.Items) context.Properties.Items[name] = value;
    }

    /// <summary>Refreshes the access token even if it is still valid.</summary>
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

    private static DateTimeOffset? ExpiryOf(AuthenticationProperties properties) => TimeIn(properties.GetTokenValue("expires_at"));

    private static DateTimeOffset? TimeIn(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out var at) ? at : null;

    // Protected pages and forms. Static files, open pages and the logout do not need a token, so they never wait for one.
    private static bool NeedsToken(HttpContext http) => http.GetEndpoint()?.Metadata is { } endpoint
        && endpoint.GetMetadata<IAllowAnonymous>() is null
        && (endpoint.GetMetadata<IAuthorizeData>() is not null
            || endpoint.GetMetadata<IAntiforgeryMetadata>() is { RequiresValidation: true } && HttpMethods.IsPost(http.Request.Method));

    /// <summary>Refreshes the session if it is due, one request at a time; null if it has ended.</summary>
    private async Task<AuthenticationTicket?> RefreshAsync(string key, Predicate<AuthenticationProperties> isDue)
    {
        await using var held = await sessions.LockAsync(key, CancellationToken.None);
        // The previous holder of the lock may have refreshed or ended the session.
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
        // An outage does not end the session: the old token can be used until it expires.
        catch (ServiceUnavailableException outage) when (outage.Service == ServiceClients.Keycloak)
        {
            log.RefreshFailed(ticket.Principal.FindFirstValue("sub"), Pause, outage.GetBaseException().Message);
            ticket.Properties.SetString(PausedUntilItem, (time.GetUtcNow() + Pause).ToString("o", CultureInfo.InvariantCulture));
            await sessions.RenewAsync(key, ticket);
            return ticket;
        }
    }

    /// <summary>Retries while the store is unavailable: the response cannot be requested again.</summary>
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
