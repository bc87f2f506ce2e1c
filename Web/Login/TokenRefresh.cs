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
/// Renews the access token before it expires. Rotation lets a refresh token be used once (RFC 9700, section 4.14.2), so the requests of one
/// session share one attempt, and after one that failed there is a pause.
/// </summary>
internal sealed class TokenRefresh(SessionStore sessions, RefreshGrant grant, TimeProvider time, LoginLog log)
{
    private const string FailuresItem = ".refresh.failures";
    private const string PausedUntilItem = ".refresh.paused-until";
    private static readonly TimeSpan RefreshBeforeExpiry = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan MinPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan MaxPause = TimeSpan.FromMinutes(1);

    // Shorter than what is left of a lock in Redis (10 s, extended every 2.5 s): nobody else may use the old refresh token meanwhile.
    private static readonly TimeSpan StoreTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan StoreRetry = TimeSpan.FromSeconds(0.5);

    private readonly Dictionary<string, Task<AuthenticationTicket?>> attempts = [];

    /// <summary>
    /// Called for every request that brings a session: ends the session when the identity provider has ended it, and only then. Nobody
    /// waits for a new token while the old one is good.
    /// </summary>
    public async Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        if (!IsDue(context.Properties) || !NeedsToken(context.HttpContext) || SessionStore.KeyOf(context.Properties) is not { } key) return;

        var attempt = AttemptAsync(key, IsDue);
        if (!IsExpired(context.Properties) && !attempt.IsCompleted) return;
        if (await attempt.WaitAsync(context.HttpContext.RequestAborted) is not { } ticket)
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
        var key = SessionStore.KeyOf(properties) ?? throw new SessionEndedException();
        var ticket = await AttemptAsync(key, latest => AccessTokenOf(latest) == old).WaitAsync(http.RequestAborted)
            ?? throw new SessionEndedException();
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

    /// <summary>The attempt under way, or a new one. Its result is the session as it then is; null when it has ended.</summary>
    private Task<AuthenticationTicket?> AttemptAsync(string key, Predicate<AuthenticationProperties> isDue)
    {
        lock (attempts)
            return attempts.TryGetValue(key, out var attempt) ? attempt : attempts[key] = RunAsync(key, isDue);
    }

    private async Task<AuthenticationTicket?> RunAsync(string key, Predicate<AuthenticationProperties> isDue)
    {
        await Task.Yield(); // the lock is not held meanwhile
        try
        {
            // Another process, or whoever came a moment earlier, may have renewed it, or ended it.
            await using var held = await sessions.LockAsync(key, CancellationToken.None);
            if (held is null || await sessions.RetrieveAsync(key) is not { } ticket) return null;
            return isDue(ticket.Properties) && !(TimeIn(Item(ticket.Properties, PausedUntilItem)) > time.GetUtcNow())
                && ticket.Properties.GetTokenValue(OpenIdConnectParameterNames.RefreshToken) is { } refreshToken
                ? await ApplyAsync(key, ticket, await grant.SendAsync(ticket, refreshToken))
                : ticket;
        }
        finally
        {
            lock (attempts) attempts.Remove(key);
        }
    }

    private async Task<AuthenticationTicket?> ApplyAsync(string key, AuthenticationTicket ticket, RefreshResult result)
    {
        var subject = ticket.Principal.FindFirstValue("sub");
        switch (result)
        {
            case RefreshResult.Renewed renewed:
                ticket = renewed.Ticket;
                ticket.Properties.Items.Remove(FailuresItem);
                ticket.Properties.Items.Remove(PausedUntilItem);
                await StoreAsync(key, ticket, subject);
                break;
            case RefreshResult.Ended:
                log.SessionEnded(subject);
                await sessions.RemoveAsync(key);
                return null;
            case RefreshResult.InDoubt inDoubt:
                log.SessionInDoubt(subject, inDoubt.Cause);
                await sessions.RemoveAsync(key);
                return null;
            // An outage is no reason to log anybody out: the old token serves as long as it lasts.
            case RefreshResult.Failed failed:
                var pause = Pause(ticket.Properties, failed.MayBeSpent);
                log.RefreshFailed(subject, pause, failed.Cause);
                ticket.Properties.Items[PausedUntilItem] = (time.GetUtcNow() + pause).ToString("o", CultureInfo.InvariantCulture);
                await sessions.RenewAsync(key, ticket);
                break;
        }

        return ticket;
    }

    /// <summary>The identity provider gives each answer once, so a store that is away for a moment is waited for.</summary>
    private async Task StoreAsync(string key, AuthenticationTicket ticket, string? subject)
    {
        var end = time.GetUtcNow() + StoreTimeout;
        while (true)
        {
            try
            {
                await sessions.RenewAsync(key, ticket);
                return;
            }
            catch (ServiceUnavailableException) when (time.GetUtcNow() < end)
            {
                await Task.Delay(StoreRetry, time);
            }
            catch (ServiceUnavailableException failure)
            {
                log.NewTokenLost(subject, failure.GetBaseException().Message);
                throw;
            }
        }
    }

    // A refresh token that may be spent could end the session when it comes again: not while the old access token is good, and then less
    // and less often.
    private TimeSpan Pause(AuthenticationProperties properties, bool mayBeSpent)
    {
        if (!mayBeSpent) return MinPause;
        var failures = int.TryParse(Item(properties, FailuresItem), CultureInfo.InvariantCulture, out var before) ? before : 0;
        properties.Items[FailuresItem] = (failures + 1).ToString(CultureInfo.InvariantCulture);
        var pause = MinPause * Math.Pow(2, Math.Min(failures, 10));
        var left = (ExpiryOf(properties) - time.GetUtcNow()) ?? TimeSpan.Zero;
        return left > pause ? left : pause < MaxPause ? pause : MaxPause;
    }

    private static string? Item(AuthenticationProperties properties, string name) =>
        properties.Items.TryGetValue(name, out var value) ? value : null;
}
