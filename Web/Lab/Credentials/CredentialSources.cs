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
/// What credentials are made of, besides what the caller has: real access tokens of the lab's devices, by client credentials (RFC 6749,
/// section 4.4). Their secrets are configured below <c>Lab:ServiceAccounts</c>.
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

    /// <summary>By how much the Api lets clocks differ.</summary>
    public TimeSpan ClockSkew => times.Value.ClockSkew;

    /// <summary>A token that is valid for half a minute at least.</summary>
    public async Task<JsonWebToken> GetAsync(string account, CancellationToken cancellation, string? scope = null) =>
        tokens.TryGetValue((account, scope), out var token) && time.GetUtcNow() + MinimumLifetime < token.ValidTo
            ? token
            : tokens[(account, scope)] = await RequestAsync(account, cancellation, scope);

    /// <summary>The same token at every call, so that it is an expired one some time after the first.</summary>
    public async Task<JsonWebToken> GetOnceAsync(string account, CancellationToken cancellation) =>
        tokens.TryGetValue((account, null), out var token) ? token : tokens[(account, null)] = await RequestAsync(account, cancellation);

    /// <summary>A token made for this call.</summary>
    /// <exception cref="ServiceUnavailableException">The identity provider gave none; the message says why.</exception>
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

    /// <summary>The public key with which the issuer's signatures are checked.</summary>
    /// <exception cref="ServiceUnavailableException">The identity provider does not answer.</exception>
    public async Task<SecurityKey> GetIssuerKeyAsync(CancellationToken cancellation) =>
        (await provider.GetConfigurationAsync(cancellation)).SigningKeys.First();

    private static ServiceUnavailableException Unavailable(string message) => new(ServiceClients.Keycloak, message);

    /// <param name="TokenEndpoint">Of an account that another issuer has; null for one of the issuer of the logins.</param>
    private sealed record ServiceAccount(string ClientId, string Secret, string? TokenEndpoint = null);
}
