using AuthDemo.Web.Http;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace AuthDemo.Web.Login;

/// <summary>
/// The identity provider's discovery document and keys, fetched once for all who need them. A refresh that was requested is made by the
/// next who asks, at once (OpenID Connect Core 1.0, section 10.1.1). The library's own ConfigurationManager pauses between two, so that a
/// login could not follow keys that change quickly. The pause is for keys that strangers name; an ID token comes from the provider itself.
/// </summary>
internal sealed class ProviderMetadata(
    IOptions<LoginSettings> settings, IHttpClientFactory clients, TimeProvider time)
    : BaseConfigurationManager, IConfigurationManager<OpenIdConnectConfiguration>
{
    private readonly string issuer = settings.Value.Authority!;
    private readonly Lock starting = new();
    private Task<OpenIdConnectConfiguration>? fetch;
    private DateTimeOffset expires;

    /// <exception cref="ServiceUnavailableException">The identity provider does not answer, or not as itself.</exception>
    public Task<OpenIdConnectConfiguration> GetConfigurationAsync(CancellationToken cancel)
    {
        lock (starting)
        {
            if (fetch is null or { IsFaulted: true } || time.GetUtcNow() >= expires)
            {
                expires = time.GetUtcNow() + AutomaticRefreshInterval;
                fetch = FetchAsync();
            }

            return fetch.WaitAsync(cancel);
        }
    }

    /// <inheritdoc cref="GetConfigurationAsync"/>
    public override async Task<BaseConfiguration> GetBaseConfigurationAsync(CancellationToken cancel) =>
        await GetConfigurationAsync(cancel);

    public override void RequestRefresh()
    {
        lock (starting) fetch = null;
    }

    private async Task<OpenIdConnectConfiguration> FetchAsync()
    {
        await Task.Yield(); // the lock is not held while connecting
        var client = clients.CreateClient(ServiceClients.Login);
        var retriever = new HttpDocumentRetriever(client)
        {
            RequireHttps = issuer.StartsWith("https:", StringComparison.OrdinalIgnoreCase),
        };
        OpenIdConnectConfiguration fetched;
        try
        {
            fetched = await OpenIdConnectConfigurationRetriever.GetAsync(
                $"{issuer.TrimEnd('/')}/.well-known/openid-configuration", retriever, CancellationToken.None);
        }
        catch (Exception e)
        {
            throw new ServiceUnavailableException(ServiceClients.Keycloak, e);
        }

        // OpenID Connect Discovery 1.0, section 4.3: the issuer in the document is the one that it was asked from.
        if (fetched.Issuer != issuer) throw Odd("does not name the issuer that it was asked from");
        if (fetched.SigningKeys.Count == 0) throw Odd("has no keys");
        if (fetched is not { AuthorizationEndpoint.Length: > 0, TokenEndpoint.Length: > 0 }) throw Odd("has no endpoints for a login");
        return fetched;
    }

    private static ServiceUnavailableException Odd(string what) =>
        new(ServiceClients.Keycloak, $"The identity provider's discovery document {what}.");
}
