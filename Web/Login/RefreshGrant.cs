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

/// <summary>Asks the token endpoint for new tokens, and takes nothing from an answer that is not right in all its parts.</summary>
internal sealed class RefreshGrant(IOptionsMonitor<OpenIdConnectOptions> options, TimeProvider time, LoginLog log)
{
    /// <returns>The session with its new tokens; null where it has ended.</returns>
    /// <exception cref="ServiceUnavailableException">There is no usable answer.</exception>
    public async Task<AuthenticationTicket?> SendAsync(AuthenticationTicket session, string refreshToken)
    {
        var subject = session.Principal.FindFirstValue("sub");
        var oidc = options.Get(OpenIdConnectDefaults.AuthenticationScheme);
        // A refresh that was sent must be kept: its refresh token is spent. So a browser that goes away does not cancel it.
        var provider = await oidc.ConfigurationManager!.GetConfigurationAsync(CancellationToken.None);
        var answer = await oidc.Backchannel.RequestRefreshTokenAsync(new RefreshTokenRequest
        {
            Address = provider.TokenEndpoint,
            ClientId = oidc.ClientId!,
            ClientSecret = oidc.ClientSecret,
            ClientCredentialStyle = ClientCredentialStyle.PostBody,
            RefreshToken = refreshToken,
        });
        // RFC 6749, section 5.2: this error, and nothing else, means that the session has ended.
        if (answer.Error == OidcConstants.TokenErrors.InvalidGrant)
        {
            log.SessionEnded(subject);
            return null;
        }

        // RFC 6749, section 5.1 requires both, and section 7.1 forbids to use a token of a type that one does not know.
        if (answer is not { IsError: false, AccessToken.Length: > 0 }
            || !"Bearer".Equals(answer.TokenType, StringComparison.OrdinalIgnoreCase))
        {
            throw new ServiceUnavailableException(
                ServiceClients.Keycloak, $"The identity provider gave no usable token: {answer.Error?.ForLog()}", answer.Exception);
        }

        var person = session.Principal;
        if (answer.IdentityToken is { } idToken) // OpenID Connect Core 1.0, section 12.2: it may be missing
        {
            var parameters = oidc.TokenValidationParameters.Clone();
            parameters.ConfigurationManager = (BaseConfigurationManager)oidc.ConfigurationManager; // looks for new keys itself
            var read = await oidc.TokenHandler.ValidateTokenAsync(idToken, parameters);
            // The same section: it must name the same subject. Roles and groups may have changed.
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
        // RFC 6749, section 5.1: how long the token lives may be left out, and then nobody knows.
        session.UpdateTokenValue(
            "expires_at",
            answer.ExpiresIn > 0 ? time.GetUtcNow().AddSeconds(answer.ExpiresIn).ToString("o", CultureInfo.InvariantCulture) : "");
        if (answer.Scope is { } scope) session.SetString(LoginSetup.ScopeItem, scope); // section 6: it may be less than before
        return session;
    }
}
