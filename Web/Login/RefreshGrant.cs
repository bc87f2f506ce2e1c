using System.Globalization;
using System.Security.Claims;
using AuthDemo.ServiceDefaults;
using AuthDemo.Web.Http;
using Duende.IdentityModel;
using Duende.IdentityModel.Client;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace AuthDemo.Web.Login;

/// <summary>Sends refresh requests and validates the response completely.</summary>
internal sealed class RefreshGrant(IOptionsMonitor<OpenIdConnectOptions> options, TimeProvider time, LoginLog log)
{
    /// <returns>The session with new tokens; null if it has ended.</returns>
    /// <exception cref="ServiceUnavailableException">There was no usable response.</exception>
    public async Task<AuthenticationTicket?> SendAsync(AuthenticationTicket session, string refreshToken)
    {
        var subject = session.Principal.FindFirstValue("sub");
        var oidc = options.Get(OpenIdConnectDefaults.AuthenticationScheme);
        // Not canceled with the request: the refresh token is spent once it was sent.
        var provider = await oidc.ConfigurationManager!.GetConfigurationAsync(CancellationToken.None);
        var answer = await oidc.Backchannel.RequestRefreshTokenAsync(new RefreshTokenRequest
        {
            Address = provider.TokenEndpoint,
            ClientId = oidc.ClientId!,
            ClientSecret = oidc.ClientSecret,
            ClientCredentialStyle = ClientCredentialStyle.PostBody,
            RefreshToken = refreshToken,
        });
        // RFC 6749, section 5.2: only this error ends the session.
        if (answer.Error == OidcConstants.TokenErrors.InvalidGrant)
        {
            log.SessionEnded(subject);
            return null;
        }

        // RFC 6749, section 5.1 requires both; section 7.1 forbids using a token of an unknown type.
        if (answer is not { IsError: false, AccessToken.Length: > 0 }
            || !"Bearer".Equals(answer.TokenType, StringComparison.OrdinalIgnoreCase))
        {
            throw new ServiceUnavailableException(
                ServiceClients.Keycloak, $"The identity provider gave no usable token: {answer.Error?.ForLog()}", answer.Exception);
        }

        var person = session.Principal;
        if (answer.IdentityToken is { } idToken) // optional (OpenID Connect Core 1.0, section 12.2)
        {
            var parameters = oidc.TokenValidationParameters.Clone();
            parameters.ConfigurationManager = (BaseConfigurationManager)oidc.ConfigurationManager; // refreshes the keys if necessary
            var read = await oidc.TokenHandler.ValidateTokenAsync(idToken, parameters);
            // Section 12.2: the subject must be the same. Roles and groups may have changed.
            if (!read.IsValid || read.ClaimsIdentity.FindFirst("sub")?.Value != subject)
            {
                log.SessionInDoubt(subject, read.Exception?.GetType().Name ?? "the ID token names another subject");
                return null;
            }

            person = PersonClaims.Of(read.ClaimsIdentity);
        }

        return new AuthenticationTicket(person, WithTokens(session.Properties.Clone(), answer), session.AuthenticationScheme);
    }

    private AuthenticationProperties WithTokens(AuthenticationProperties session, TokenResponse answer)
    {
        session.UpdateTokenValue(OpenIdConnectParameterNames.AccessToken, answer.AccessToken!);
        if (answer.RefreshToken is { } refreshToken) session.UpdateTokenValue(OpenIdConnectParameterNames.RefreshToken, refreshToken);
        if (answer.IdentityToken is { } idToken) session.UpdateTokenValue(OpenIdConnectParameterNames.IdToken, idToken);
        // expires_in is optional (RFC 6749, section 5.1).
        session.UpdateTokenValue(
            "expires_at",
            answer.ExpiresIn > 0 ? time.GetUtcNow().AddSeconds(answer.ExpiresIn).ToString("o", CultureInfo.InvariantCulture) : "");
        if (answer.Scope is { } scope) session.SetString(LoginSetup.ScopeItem, scope); // section 6: can be less than before
        return session;
    }
}
