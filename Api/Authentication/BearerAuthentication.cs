using AuthDemo.Api.Refusals;
using AuthDemo.ServiceDefaults;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace AuthDemo.Api.Authentication;

internal static class BearerAuthentication
{
    /// <summary>Access tokens in the Authorization header: JWTs by RFC 9068, checked as its section 4 and RFC 8725 want.</summary>
    public static void AddBearerAuthentication(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddAuthenticationTimes();
        services.AddOptions<BearerSettings>()
            .BindConfiguration("Authentication:Schemes:Bearer").ValidateDataAnnotations().ValidateOnStart();

        // No scheme is the default one: a token is read where a policy asks for it, and in the lobby not at all.
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

                // Authority and ValidAudience are bound from the configuration.
                var rules = options.TokenValidationParameters;
                rules.ValidIssuer = options.Authority;
                // RFC 8725, section 3.1: the verifier names the algorithms, never the token.
                rules.ValidAlgorithms = [SecurityAlgorithms.RsaSha256];
                // RFC 9068, section 4: any other type, an ID token's too, must be refused.
                rules.ValidTypes = ["at+jwt", "application/at+jwt"];
                rules.TryAllIssuerSigningKeys = false;
                rules.IssuerSigningKeys = null; // else the configuration is searched for keys at each request
                rules.ClockSkew = times.Value.ClockSkew;
                rules.NameClaimType = "preferred_username";
                rules.RoleClaimType = "roles";
            })
            // After JwtBearer's own set-up, which makes the client that the keys are fetched with.
            .PostConfigure<TimeProvider, ILogger<IssuerMetadata>>((options, time, logger) =>
            {
                var issuer = new IssuerMetadata(options.Authority!, options.Backchannel, options.BackchannelTimeout, time, logger)
                {
                    PauseAfterSuccess = TimeSpan.FromSeconds(1),
                    PauseAfterFailure = ProblemWriter.RetryInterval,
                    // An old key with the id of a new one has been withdrawn: the library would take it for another hour.
                    UseLastKnownGoodConfiguration = false,
                };
                options.ConfigurationManager = issuer;
                options.TokenHandlers.Clear();
                options.TokenHandlers.Add(new AccessTokenHandler(issuer, time) { MapInboundClaims = false });
            });
    }
}
