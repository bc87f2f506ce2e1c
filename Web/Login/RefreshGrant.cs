using System.Globalization;
using System.Security.Claims;
using System.Text.Json;
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

/// <summary>What came of a refresh.</summary>
internal abstract record RefreshResult
{
    /// <summary>The session with its new tokens.</summary>
    public sealed record Renewed(AuthenticationTicket Ticket) : RefreshResult;

    /// <summary>The identity provider has ended the session (RFC 6749, section 5.2: <c>invalid_grant</c>, and nothing else).</summary>
    public sealed record Ended : RefreshResult;

    /// <summary>Whose session it is cannot be told any more.</summary>
    public sealed record InDoubt(string Cause) : RefreshResult;

    /// <summary>No usable answer.</summary>
    /// <param name="MayBeSpent">Whether the refresh token may have arrived, and so be used up (RFC 9700, section 4.14.2).</param>
    public sealed record Failed(string Cause, bool MayBeSpent) : RefreshResult;
}

/// <summary>Asks the token endpoint for new tokens, and takes nothing from an answer that is not right in all its parts.</summary>
internal sealed class RefreshGrant(IOptionsMonitor<OpenIdConnectOptions> options, TimeProvider time)
{
    private static readonly string[] Texts = ["access_token", "token_type", "refresh_token", "id_token"];

    public async Task<RefreshResult> SendAsync(AuthenticationTicket session, string refreshToken)
    {
        var oidc = options.Get(OpenIdConnectDefaults.AuthenticationScheme);
        string address;
        try
        {
            address = (await oidc.ConfigurationManager!.GetConfigurationAsync(CancellationToken.None)).TokenEndpoint;
        }
        catch (ServiceUnavailableException e)
        {
            return new RefreshResult.Failed(CauseOf(e), MayBeSpent: false);
        }

        // A refresh that was sent must be kept: its refresh token is spent. So a browser that goes away does not cancel it.
        var answer = await oidc.Backchannel.RequestRefreshTokenAsync(new RefreshTokenRequest
        {
            Address = address,
            ClientId = oidc.ClientId!,
            ClientSecret = oidc.ClientSecret,
            ClientCredentialStyle = ClientCredentialStyle.PostBody,
            RefreshToken = refreshToken,
        });
        return answer switch
        {
            { Error: OidcConstants.TokenErrors.InvalidGrant } => new RefreshResult.Ended(),
            { Exception: { } failure } => new RefreshResult.Failed(CauseOf(failure), MayBeSpent: !WasNeverSent(failure)),
            { IsError: true } => new RefreshResult.Failed($"{(int)answer.HttpStatusCode} {answer.Error?.ForLog()}", MayBeSpent: false),
            _ when !HasTextsOnly(answer) => new RefreshResult.Failed("a token that is no text", MayBeSpent: true),
            // RFC 6749, section 5.1 requires both, and section 7.1 forbids to use a token of a type that one does not know.
            not { AccessToken.Length: > 0 } => new RefreshResult.Failed("no access token", MayBeSpent: true),
            _ when !"Bearer".Equals(answer.TokenType, StringComparison.OrdinalIgnoreCase) =>
                new RefreshResult.Failed("a token of another type than Bearer", MayBeSpent: true),
            _ => await ReadAsync(oidc, session, answer),
        };
    }

    private async Task<RefreshResult> ReadAsync(OpenIdConnectOptions oidc, AuthenticationTicket session, TokenResponse answer)
    {
        var person = session.Principal;
        if (answer.IdentityToken is { } idToken) // OpenID Connect Core 1.0, section 12.2: it may be missing
        {
            var parameters = oidc.TokenValidationParameters.Clone();
            parameters.ConfigurationManager = (BaseConfigurationManager)oidc.ConfigurationManager!; // looks for new keys itself
            TokenValidationResult read;
            try
            {
                read = await oidc.TokenHandler.ValidateTokenAsync(idToken, parameters);
            }
            catch (ServiceUnavailableException e) // its key could not be had
            {
                return new RefreshResult.Failed(CauseOf(e), MayBeSpent: true);
            }

            if (!read.IsValid) return new RefreshResult.InDoubt(read.Exception.GetType().Name);
            // The same section: it must name the same subject. Roles and groups may have changed.
            if (read.ClaimsIdentity.FindFirst("sub")?.Value is not { } subject || subject != person.FindFirstValue("sub"))
                return new RefreshResult.InDoubt("the ID token names another subject");
            person = PersonClaims.Of(read.ClaimsIdentity);
        }

        return new RefreshResult.Renewed(new AuthenticationTicket(
            person, WithTokens(session.Properties, answer), session.AuthenticationScheme));
    }

    private AuthenticationProperties WithTokens(AuthenticationProperties properties, TokenResponse answer)
    {
        var tokens = properties.GetTokens().ToDictionary(t => t.Name, t => t.Value);
        tokens[OpenIdConnectParameterNames.AccessToken] = answer.AccessToken!;
        if (answer.RefreshToken is { } refreshToken) tokens[OpenIdConnectParameterNames.RefreshToken] = refreshToken;
        if (answer.IdentityToken is { } idToken) tokens[OpenIdConnectParameterNames.IdToken] = idToken;
        // RFC 6749, section 5.1: how long the token lives may be left out, and then nobody knows.
        if (answer.ExpiresIn > 0)
            tokens["expires_at"] = time.GetUtcNow().AddSeconds(answer.ExpiresIn).ToString("o", CultureInfo.InvariantCulture);
        else
            tokens.Remove("expires_at");
        var renewed = properties.Clone();
        if (answer.Scope is { } scope) renewed.Items[LoginSetup.ScopeItem] = scope; // section 6: it may be less than before
        renewed.StoreTokens(tokens.Select(t => new AuthenticationToken { Name = t.Key, Value = t.Value }));
        return renewed;
    }

    private static bool HasTextsOnly(TokenResponse answer) => answer.Json is { ValueKind: JsonValueKind.Object } json
        && Texts.All(name => !json.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.String);

    // Where there was no connection, nothing went over it.
    private static bool WasNeverSent(Exception failure) => HttpErrorOf(failure) is
        HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError;

    private static HttpRequestError? HttpErrorOf(Exception? failure) =>
        failure is null or HttpRequestException ? (failure as HttpRequestException)?.HttpRequestError : HttpErrorOf(failure.InnerException);

    private static string CauseOf(Exception failure) => failure.GetBaseException().Message;
}
