using System.Collections.Concurrent;
using AuthDemo.Web.Http;
using AuthDemo.Web.Login;
using Duende.IdentityModel.Client;

namespace AuthDemo.Web.Lab.Credentials;

/// <summary>
/// Real access tokens of the lab's devices, by client credentials (RFC 6749, section 4.4). Their secrets are configured below
/// <c>Lab:ServiceAccounts</c>.
/// </summary>
internal sealed class ServiceAccounts(
    IHttpClientFactory clients, ProviderMetadata provider, IConfiguration configuration, TimeProvider time)
{
    private static readonly TimeSpan MinimumLifetime = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<(string Account, string? Scope), ServiceToken> tokens = new();

    /// <summary>A token that is valid for half a minute at least.</summary>
    public async Task<ServiceToken> GetAsync(string account, CancellationToken cancellation, string? scope = null)
    {
        if (tokens.TryGetValue((account, scope), out var token) && time.GetUtcNow() + MinimumLifetime < token.Expires) return token;
        return tokens[(account, scope)] = await RequestAsync(account, cancellation, scope);
    }

    /// <summary>The same token at every call, so that it is an expired one some time after the first.</summary>
    public async Task<ServiceToken> GetOnceAsync(string account, CancellationToken cancellation) =>
        tokens.TryGetValue((account, null), out var token) ? token : tokens[(account, null)] = await RequestAsync(account, cancellation);

    /// <summary>A token made for this call.</summary>
    /// <exception cref="ServiceUnavailableException">The identity provider gave none; the message says why.</exception>
    public async Task<ServiceToken> RequestAsync(string account, CancellationToken cancellation, string? scope = null)
    {
        var client = configuration.GetSection($"Lab:ServiceAccounts:{account}").Get<ServiceAccount>() ?? throw Unavailable(
            $"The service account '{account}' is not configured: set Lab:ServiceAccounts:{account} to its ClientId and Secret.");
        var endpoint = client.TokenEndpoint ?? (await provider.GetConfigurationAsync(cancellation)).TokenEndpoint;
        var answer = await clients.CreateClient(ServiceClients.Keycloak).RequestClientCredentialsTokenAsync(
            new ClientCredentialsTokenRequest
            {
                Address = endpoint,
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
            { AccessToken: { } token } => new ServiceToken(token),
            _ => throw Unavailable($"The identity provider gave '{account}' no token: {(int)answer.HttpStatusCode} {answer.Error}."),
        };
    }

    private static ServiceUnavailableException Unavailable(string message) => new(ServiceClients.Keycloak, message);

    /// <param name="TokenEndpoint">Of an account that another issuer has; null for one of the issuer of the logins.</param>
    private sealed record ServiceAccount(string ClientId, string Secret, string? TokenEndpoint = null);
}
