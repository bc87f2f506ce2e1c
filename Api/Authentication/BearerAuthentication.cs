using AuthDemo.Api.Refusals;
using AuthDemo.ServiceDefaults;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace AuthDemo.Api.Authentication;

internal static class BearerAuthentication
{
    /// <summary>Configures access tokens in the Authorization header: JWTs (RFC 9068), validated by its section 4 and RFC 8725.</summary>
    public static void AddBearerAuthentication(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddAuthenticationTimes();
        services.AddOptions<BearerSettings>()
            .BindConfiguration("Authentication:Schemes:Bearer").ValidateDataAnnotations().ValidateOnStart();

        // No default scheme: tokens are read only if a policy requires one, so never in the lobby.
        AppContext.SetSwitch("Microsoft.AspNetCore.Authentication.SuppressAutoDefaultScheme", true);

        services.AddSingleton<BearerEvents>();
        services.AddAuthentication().AddJwtBearer();
        services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme)
            .Configure<IOptions<BearerSettings>, IOptions<AuthenticationTimes>>((options, settings, times) =>
            {
                options.BackchannelTimeout = settings.Value.BackchannelTimeout;
                options.RequireHttpsMetadata = settings.Value.Authority!.StartsWith("https:", StringComparison.OrdinalIgnoreCase);
                options.MapInboundClaims = false;
                options.SaveToken = false;
                options.EventsType = typeof(BearerEvents);

                // Authority and ValidAudience are bound from configuration.
                var rules = options.TokenValidationParameters;
                rules.ValidIssuer = options.Authority;
                // RFC 8725, section 3.1: the algorithms are configured here, never taken from the token.
                rules.ValidAlgorithms = [SecurityAlgorithms.RsaSha256];
                // RFC 9068, section 4: reject other types, such as ID tokens.
                rules.ValidTypes = ["at+jwt", "application/at+jwt"];
                rules.TryAllIssuerSigningKeys = false;
                rules.IssuerSigningKeys = null; // else the configuration is searched for keys at each request
                rules.ClockSkew = times.Value.ClockSkew;
                rules.NameClaimType = "preferred_username";
                rules.RoleClaimType = "roles";
            })
            // Post-configured, after JwtBearer has created the backchannel.
            .PostConfigure<TimeProvider, ILogger<IssuerMetadata>>((options, time, logger) =>
            {
                var issuer = new IssuerMetadata(options.Authority!, options.Backchannel, options.BackchannelTimeout, time, logger)
                {
                    PauseAfterSuccess = TimeSpan.FromSeconds(1),
                    PauseAfterFailure = ProblemWriter.RetryInterval,
                    // A replaced key must not be accepted: the library would keep the last known good keys for an hour.
                    UseLastKnownGoodConfiguration = false,
                };
                options.ConfigurationManager = issuer;
                options.TokenHandlers.Clear();
                options.TokenHandlers.Add(new AccessTokenHandler(issuer, time) { MapInboundClaims = false });
            });
    }
}
