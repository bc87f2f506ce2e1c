using System.Globalization;
using System.Security.Claims;
using Duende.IdentityModel;
using Duende.IdentityModel.Client;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace AuthDemo.Web.Login;

/// <summary>
/// Renews the access token before it expires. Rotation lets a refresh token be used once (RFC 9700, section 4.14.2), so requests of one
/// session take turns.
/// </summary>
internal sealed partial class TokenRefresh(
    SessionStore sessions, IOptionsMonitor<OpenIdConnectOptions> options, TimeProvider time, ILogger<TokenRefresh> log)
{
    private static readonly TimeSpan RefreshBeforeExpiry = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Called for every request that brings a session: ends the session when the identity provider has ended it, and only then.
    /// </summary>
    public async Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        if (!IsDue(context.Properties)) return;
        if (await RefreshAsync(context.HttpContext, context.Properties, IsDue) is not { } ticket)
        {
            context.RejectPrincipal();
            await context.HttpContext.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
            return;
        }

        context.ReplacePrincipal(ticket.Principal);
        foreach (var (name, value) in ticket.Properties.Items) context.Properties.Items[name] = value;
    }

    /// <summary>A new access token now, however fresh the old one is. Null when the session has ended.</summary>
    public async Task<string?> RefreshNowAsync(HttpContext http, AuthenticationProperties properties)
    {
        var old = properties.GetTokenValue(OpenIdConnectParameterNames.AccessToken);
        var ticket = await RefreshAsync(http, properties, latest => latest.GetTokenValue(OpenIdConnectParameterNames.AccessToken) == old);
        return ticket?.Properties.GetTokenValue(OpenIdConnectParameterNames.AccessToken);
    }

    private bool IsDue(AuthenticationProperties properties) =>
        DateTimeOffset.TryParse(properties.GetTokenValue("expires_at"), CultureInfo.InvariantCulture, out var expires)
        && time.GetUtcNow() > expires - RefreshBeforeExpiry;

    private async Task<AuthenticationTicket?> RefreshAsync(
        HttpContext http, AuthenticationProperties properties, Predicate<AuthenticationProperties> isDue)
    {
        if (SessionStore.KeyOf(properties) is not { } key) return null;
        using var held = await sessions.LockAsync(key, http.RequestAborted);
        // Whoever had the lock before may have renewed it, or ended it.
        if (held is null || await sessions.RetrieveAsync(key) is not { } ticket) return null;
        if (!isDue(ticket.Properties) || ticket.Properties.GetTokenValue(OpenIdConnectParameterNames.RefreshToken) is not { } token)
            return ticket;

        // RFC 6749, section 5.2: invalid_grant alone says that this refresh token, and so the session, is over. An outage is no reason to
        // log anybody out: the old token serves as long as it lasts.
        var answer = await RequestAsync(token);
        if (answer is { Error: OidcConstants.TokenErrors.InvalidGrant })
        {
            LogSessionEnded(log);
            await sessions.RemoveAsync(key);
            return null;
        }

        if (answer is not { IsError: false, AccessToken: { } accessToken }) return ticket;
        ticket = await ApplyAsync(ticket, accessToken, answer);
        await sessions.RenewAsync(key, ticket);
        return ticket;
    }

    // A refresh that was sent must be kept: its refresh token is spent. So a browser that goes away does not cancel it.
    private async Task<TokenResponse?> RequestAsync(string refreshToken)
    {
        var oidc = options.Get(OpenIdConnectDefaults.AuthenticationScheme);
        try
        {
            var answer = await oidc.Backchannel.RequestRefreshTokenAsync(new RefreshTokenRequest
            {
                Address = (await oidc.ConfigurationManager!.GetConfigurationAsync(CancellationToken.None)).TokenEndpoint,
                ClientId = oidc.ClientId!,
                ClientSecret = oidc.ClientSecret,
                ClientCredentialStyle = ClientCredentialStyle.PostBody,
                RefreshToken = refreshToken,
            });
            if (answer.Exception is { } failure)
                LogOutage(log, failure.GetBaseException().Message);
            else if (answer is { IsError: true, Error: not OidcConstants.TokenErrors.InvalidGrant })
                LogRefused(log, (int)answer.HttpStatusCode, answer.Error);
            return answer;
        }
        catch (InvalidOperationException e) // the discovery document could not be had
        {
            LogOutage(log, e.GetBaseException().Message);
            return null;
        }
    }

    private async Task<AuthenticationTicket> ApplyAsync(AuthenticationTicket ticket, string accessToken, TokenResponse renewed)
    {
        var principal = renewed.IdentityToken is null ? null : await ReadAsync(renewed.IdentityToken, ticket.Principal);
        var properties = ticket.Properties;
        var tokens = properties.GetTokens().ToDictionary(t => t.Name, t => t.Value);
        tokens[OpenIdConnectParameterNames.AccessToken] = accessToken;
        tokens[OpenIdConnectParameterNames.RefreshToken] = renewed.RefreshToken ?? tokens[OpenIdConnectParameterNames.RefreshToken];
        if (principal is not null) tokens[OpenIdConnectParameterNames.IdToken] = renewed.IdentityToken!;
        tokens["expires_at"] = time.GetUtcNow().AddSeconds(renewed.ExpiresIn).ToString("o", CultureInfo.InvariantCulture);
        properties.StoreTokens(tokens.Select(t => new AuthenticationToken { Name = t.Key, Value = t.Value }));
        return new AuthenticationTicket(principal ?? ticket.Principal, properties, ticket.AuthenticationScheme);
    }

    // OpenID Connect Core 1.0, section 12.2: the new ID token must name the same issuer, audience and subject; roles and
    // groups may have changed. Null where it does not: what the session knew before stays.
    private async Task<ClaimsPrincipal?> ReadAsync(string idToken, ClaimsPrincipal current)
    {
        var oidc = options.Get(OpenIdConnectDefaults.AuthenticationScheme);
        var provider = await oidc.ConfigurationManager!.GetConfigurationAsync(CancellationToken.None);
        var parameters = oidc.TokenValidationParameters.Clone();
        parameters.ValidIssuer = provider.Issuer;
        parameters.ValidAudience = oidc.ClientId;
        parameters.IssuerSigningKeys = provider.SigningKeys;

        var result = await oidc.TokenHandler.ValidateTokenAsync(idToken, parameters);
        if (result.IsValid && result.ClaimsIdentity.FindFirst("sub")?.Value == current.FindFirst("sub")?.Value)
            return new ClaimsPrincipal(result.ClaimsIdentity);

        LogIdTokenRefused(log, result.Exception?.GetType().Name);
        return null;
    }

    [LoggerMessage(1, LogLevel.Information, "The identity provider has ended this session")]
    private static partial void LogSessionEnded(ILogger log);

    [LoggerMessage(2, LogLevel.Warning, "The identity provider refused a refresh with {Status} {Error}")]
    private static partial void LogRefused(ILogger log, int status, string? error);

    [LoggerMessage(3, LogLevel.Warning, "The identity provider could not be asked for a refresh: {Cause}")]
    private static partial void LogOutage(ILogger log, string cause);

    [LoggerMessage(4, LogLevel.Warning, "The ID token of a refresh was not accepted: {Cause}")]
    private static partial void LogIdTokenRefused(ILogger log, string? cause);
}
