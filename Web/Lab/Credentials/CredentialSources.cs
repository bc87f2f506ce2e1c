using System.Collections.Concurrent;
using AuthDemo.ServiceDefaults;
using AuthDemo.Web.Http;
using AuthDemo.Web.Login;
using Duende.IdentityModel.Client;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AuthDemo.Web.Lab.Credentials;

/// <summary>
/// Requests access tokens for the lab's service accounts, with client credentials (RFC 6749, section 4.4). Configured in
/// <c>Lab:ServiceAccounts</c>.
/// </summary>
internal sealed class CredentialSources(
    IHttpClientFactory clients,
    ProviderMetadata provider,
    IConfiguration configuration,
    IOptions<AuthenticationTimes> times,
    TimeProvider time)
{
    private static readonly TimeSpan MinimumLifetime = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<(string Account, string? Scope), JsonWebToken> tokens = new();

    /// <summary>The clock skew that the Api allows.</summary>
    public TimeSpan ClockSkew => times.Value.ClockSkew;

    /// <summary>A token that is valid for at least half a minute.</summary>
    public async Task<JsonWebToken> GetAsync(string account, CancellationToken cancellation, string? scope = null) =>
        tokens.TryGetValue((account, scope), out var token) && time.GetUtcNow() + MinimumLifetime < token.ValidTo
            ? token
            : tokens[(account, scope)] = await RequestAsync(account, cancellation, scope);

    /// <summary>The same token for every call, so that it expires eventually.</summary>
    public async Task<JsonWebToken> GetOnceAsync(string account, CancellationToken cancellation) =>
        tokens.TryGetValue((account, null), out var token) ? token : tokens[(account, null)] = await RequestAsync(account, cancellation);

    /// <summary>A new token.</summary>
    /// <exception cref="ServiceUnavailableException">The identity provider issued no token; the message says why.</exception>
    public async Task<JsonWebToken> RequestAsync(string account, CancellationToken cancellation, string? scope = null)
    {
        var client = configuration.GetSection($"Lab:ServiceAccounts:{account}").Get<ServiceAccount>() ?? throw Unavailable(
            $"The service account '{account}' is not configured: set Lab:ServiceAccounts:{account} to its ClientId and Secret.");
        var answer = await clients.CreateClient(ServiceClients.Keycloak).RequestClientCredentialsTokenAsync(
            new ClientCredentialsTokenRequest
            {
                Address = client.TokenEndpoint ?? (await provider.GetConfigurationAsync(cancellation)).TokenEndpoint,
                ClientId = client.ClientId,
                ClientSecret = client.Secret,
                ClientCredentialStyle = ClientCredentialStyle.PostBody,
                Scope = scope,
            },
            cancellation);
        cancellation.ThrowIfCancellationRequested();
        return answer switch
        {
            { Exception: { } failure } => throw new ServiceUnavailableException(ServiceClients.Keycloak, failure),
            { AccessToken: { } token } => new JsonWebToken(token),
            _ => throw Unavailable($"The identity provider gave '{account}' no token: {(int)answer.HttpStatusCode} {answer.Error}."),
        };
    }

    /// <summary>The issuer's public signing key.</summary>
    /// <exception cref="ServiceUnavailableException">The identity provider does not answer.</exception>
    public async Task<SecurityKey> GetIssuerKeyAsync(CancellationToken cancellation) =>
        (await provider.GetConfigurationAsync(cancellation)).SigningKeys.First();

    private static ServiceUnavailableException Unavailable(string message) => new(ServiceClients.Keycloak, message);

    /// <param name="TokenEndpoint">For an account of another issuer; null for the issuer of the logins.</param>
    private sealed record ServiceAccount(string ClientId, string Secret, string? TokenEndpoint = null);
}
