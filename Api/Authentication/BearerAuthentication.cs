using AuthDemo.ServiceDefaults;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Tokens;

namespace AuthDemo.Api.Authentication;

internal static class BearerAuthentication
{
    /// <summary>Access tokens in the Authorization header: JWTs by RFC 9068, checked as its section 4 and RFC 8725 want.</summary>
    /// <exception cref="SettingException">A setting is missing or unusable.</exception>
    public static void AddBearerAuthentication(this WebApplicationBuilder builder)
    {
        var configuration = builder.Configuration;
        var authority = configuration.GetAuthority();
        // OpenID Connect Discovery 1.0, section 3: keys come over TLS, but from an identity provider on the same machine.
        if (authority.Scheme != Uri.UriSchemeHttps && !authority.IsLoopback)
        {
            throw new SettingException(
                "The address of 'keycloak' is neither https nor on this machine: set services__keycloak__https__0 to its https address.");
        }

        var audience = configuration.GetName("Authentication:Audience", "api");
        var clockSkew = configuration.GetClockSkew();
        var timeout = configuration.GetFetchTimeout("Authentication:KeyFetchTimeout", seconds: 2);
        var firstTimeout = configuration.GetFetchTimeout("Authentication:FirstKeyFetchTimeout", seconds: 5);

        // No scheme is the default one: a token is read where a policy asks for it, and in the lobby not at all.
        AppContext.SetSwitch("Microsoft.AspNetCore.Authentication.SuppressAutoDefaultScheme", true);

        builder.Services.AddSingleton<BearerEvents>();
        builder.Services.AddAuthentication().AddJwtBearer(options =>
        {
            options.Authority = authority.ToString();
            options.RequireHttpsMetadata = !authority.IsLoopback;
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

        // After JwtBearer's own set-up, which makes the client that the keys are fetched with.
        builder.Services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme)
            .PostConfigure<TimeProvider, ILogger<IssuerKeys>>((options, time, logger) =>
            {
                var retriever = new HttpDocumentRetriever(options.Backchannel) { RequireHttps = options.RequireHttpsMetadata };
                var keys = new IssuerKeys(authority.ToString(), options.MetadataAddress, retriever, timeout, firstTimeout, time, logger)
                {
                    // An old key with the id of a new one has been withdrawn: the library would take it for another hour.
                    UseLastKnownGoodConfiguration = false,
                };
                options.ConfigurationManager = keys;
                options.TokenHandlers.Clear();
                options.TokenHandlers.Add(new AccessTokenHandler(keys, time) { MapInboundClaims = false });
            });
    }

    /// <summary>By how much the clocks of the API and of the identity provider may differ.</summary>
    public static TimeSpan GetClockSkew(this IConfiguration configuration) => configuration.GetTimeSpan(
        "Authentication:ClockSkew", TimeSpan.FromSeconds(5), minimum: TimeSpan.Zero, maximum: TimeSpan.FromMinutes(5));

    private static TimeSpan GetFetchTimeout(this IConfiguration configuration, string setting, int seconds) => configuration.GetTimeSpan(
        setting, TimeSpan.FromSeconds(seconds), minimum: TimeSpan.FromSeconds(0.1), maximum: TimeSpan.FromMinutes(1));
}
