using AuthDemo.ServiceDefaults;
using AuthDemo.Web.Http;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace AuthDemo.Web.Lab.Credentials;

/// <summary>What the entries of the table of credentials are made of, besides what the caller has.</summary>
internal sealed class CredentialSources(
    ServiceAccounts accounts, IOptionsMonitor<OpenIdConnectOptions> oidc, IOptions<AuthenticationTimes> times, TimeProvider time)
{
    public ServiceAccounts Accounts => accounts;

    /// <summary>By how much the Api lets clocks differ.</summary>
    public TimeSpan ClockSkew => times.Value.ClockSkew;

    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>The public key with which the issuer's signatures are checked.</summary>
    /// <exception cref="ServiceUnavailableException">The identity provider does not answer.</exception>
    public async Task<SecurityKey> GetIssuerKeyAsync(CancellationToken cancellation)
    {
        var manager = oidc.Get(OpenIdConnectDefaults.AuthenticationScheme).ConfigurationManager!;
        return (await manager.GetConfigurationAsync(cancellation)).SigningKeys.First();
    }
}
