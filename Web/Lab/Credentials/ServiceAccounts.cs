using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization;
using AuthDemo.Web.Http;

namespace AuthDemo.Web.Lab.Credentials;

/// <summary>
/// Real access tokens of the lab's devices, by client credentials (RFC 6749, section 4.4). Their secrets are configured below
/// <c>Lab:ServiceAccounts</c>.
/// </summary>
internal sealed class ServiceAccounts(IHttpClientFactory clients, IConfiguration configuration, TimeProvider time)
{
    private static readonly TimeSpan MinimumLifetime = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<(string Account, string? Scope), ServiceToken> tokens = new();

    /// <summary>A token that is valid for half a minute at least.</summary>
    public async Task<ServiceToken> GetAsync(string account, CancellationToken cancellation, string? scope = null)
    {
        if (tokens.TryGetValue((account, scope), out var token) && time.GetUtcNow() + MinimumLifetime < token.Expires) return token;
        return tokens[(account, scope)] = await RequestAsync(account, cancellation, scope);
    }

    /// <summary>A token that expired at least this long ago; the first call waits until one has.</summary>
    public async Task<ServiceToken> GetExpiredAsync(string account, TimeSpan ago, CancellationToken cancellation)
    {
        var token = tokens.TryGetValue((account, null), out var kept) ? kept : await RequestAsync(account, cancellation);
        tokens[(account, null)] = token;
        await WaitUntilAsync(token.Expires + ago, cancellation);
        return token;
    }

    /// <summary>A token that expired a moment ago: waits for that moment.</summary>
    public async Task<ServiceToken> GetJustExpiredAsync(string account, CancellationToken cancellation)
    {
        var token = await RequestAsync(account, cancellation);
        await WaitUntilAsync(token.Expires + TimeSpan.FromSeconds(1), cancellation);
        return token;
    }

    /// <summary>A token made for this call.</summary>
    /// <exception cref="ServiceUnavailableException">The identity provider gave none; the message says why.</exception>
    public async Task<ServiceToken> RequestAsync(string account, CancellationToken cancellation, string? scope = null)
    {
        var client = configuration.GetSection($"Lab:ServiceAccounts:{account}").Get<ServiceAccount>() ?? throw Unavailable(
            $"The service account '{account}' is not configured: set Lab:ServiceAccounts:{account} to its realm, client id and secret.");
        var form = new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = client.ClientId,
            ["client_secret"] = client.Secret,
        };
        if (scope is not null) form["scope"] = scope;

        using var content = new FormUrlEncodedContent(form);
        using var response = await clients.CreateClient(ServiceClients.Keycloak).PostAsync(
            $"realms/{client.Realm}/protocol/openid-connect/token", content, cancellation);
        try
        {
            var answer = await response.Content.ReadFromJsonAsync<TokenAnswer>(cancellation);
            return answer?.AccessToken is { } token
                ? new ServiceToken(token)
                : throw Unavailable($"The identity provider gave '{account}' no token: {(int)response.StatusCode} {answer?.Error}.");
        }
        catch (JsonException e) // somebody else answered
        {
            throw new ServiceUnavailableException(ServiceClients.Keycloak, e);
        }
    }

    private async Task WaitUntilAsync(DateTimeOffset moment, CancellationToken cancellation)
    {
        var wait = moment - time.GetUtcNow();
        if (wait > TimeSpan.Zero) await Task.Delay(wait, time, cancellation);
    }

    private static ServiceUnavailableException Unavailable(string message) => new(ServiceClients.Keycloak, message);

    private sealed record ServiceAccount(string Realm, string ClientId, string Secret);

    private sealed record TokenAnswer([property: JsonPropertyName("access_token")] string? AccessToken, string? Error);
}
