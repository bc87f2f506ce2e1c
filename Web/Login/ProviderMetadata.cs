using AuthDemo.ServiceDefaults;
using AuthDemo.Web.Http;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace AuthDemo.Web.Login;

/// <summary>
/// The identity provider's metadata and keys. Unlike in the Api, an unknown key is fetched without a pause (OpenID Connect Core 1.0,
/// section 10.1.1): ID tokens come from the provider itself, so an attacker cannot trigger a fetch.
/// </summary>
internal sealed class ProviderMetadata(
    IOptions<LoginSettings> settings, IHttpClientFactory clients, TimeProvider time, ILogger<ProviderMetadata> log)
    : IssuerMetadata(settings.Value.Authority!, clients.CreateClient(ServiceClients.Login), ServiceClients.AnswerTimeout, time, log)
{
    public override void RequestRefresh() => Forget();

    protected override Exception Unavailable(Exception cause) => cause is InvalidDataException
        ? new ServiceUnavailableException(ServiceClients.Keycloak, cause.Message, cause)
        : new ServiceUnavailableException(ServiceClients.Keycloak, cause);

    protected override void Check(OpenIdConnectConfiguration configuration)
    {
        base.Check(configuration);
        if (configuration is not { AuthorizationEndpoint.Length: > 0, TokenEndpoint.Length: > 0 })
            throw new InvalidDataException("The discovery document has no endpoints for a login.");
    }
}
