using AuthDemo.ServiceDefaults;
using Microsoft.IdentityModel.Tokens;

namespace AuthDemo.Api.Security;

internal static class BearerAuthentication
{
    /// <summary>
    /// The least time between two questions to the identity provider for its keys, however many unknown keys or outages callers meet; also
    /// what
    /// Retry-After says in an outage.
    /// </summary>
    public static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(5);

    /// <summary>Access tokens in the Authorization header: JWTs by RFC 9068, checked as its section 4 and RFC 8725 want.</summary>
    /// <exception cref="SettingException">A setting is missing or unusable.</exception>
    public static void AddBearerAuthentication(this WebApplicationBuilder builder)
    {
        var authority = builder.Configuration.GetAuthority();
        var audience = builder.Configuration["Authentication:Audience"] ?? "api";
        var clockSkew = builder.Configuration.GetTimeSpan("Authentication:ClockSkew", TimeSpan.FromSeconds(5), least: TimeSpan.Zero);

        // No scheme is the default one: a token is read where a policy asks for it, and in the lobby not at all.
        AppContext.SetSwitch("Microsoft.AspNetCore.Authentication.SuppressAutoDefaultScheme", true);
        // A key that is not known yet is fetched before the token is judged, instead of after it has been refused.
        AppContext.SetSwitch("Switch.Microsoft.IdentityModel.UpdateConfigAsBlocking", true);

        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<BearerEvents>();
        builder.Services.AddSingleton<TokenInspection>();
        builder.Services.AddAuthentication().AddJwtBearer(options =>
        {
            options.Authority = authority.ToString();
            // RFC 9700, section 4.9: keys come over TLS, but for an identity provider on the same machine.
            options.RequireHttpsMetadata = !authority.IsLoopback;
            options.BackchannelTimeout = RetryInterval;
            options.RefreshInterval = RetryInterval;
            options.TokenHandlers.Clear();
            options.TokenHandlers.Add(new StrictTokenHandler { MapInboundClaims = false });
            options.MapInboundClaims = false;
            options.SaveToken = false;
            options.EventsType = typeof(BearerEvents);
            options.TokenValidationParameters = new TokenValidationParameters
            {
                ValidIssuer = authority.ToString(),
                ValidAudience = audience,
                // RFC 8725, section 3.1: the verifier names the algorithms, never the token.
                ValidAlgorithms = [SecurityAlgorithms.RsaSha256],
                // RFC 9068, section 4: any other type, an ID token's too, must be refused.
                ValidTypes = ["at+jwt", "application/at+jwt"],
                TryAllIssuerSigningKeys = false,
                ClockSkew = clockSkew,
                NameClaimType = "name",
                RoleClaimType = "roles",
            };
        });
    }
}
