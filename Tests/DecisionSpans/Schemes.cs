using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AuthDemo.Tests.DecisionSpans;

internal static class Schemes
{
    public const string Smart = nameof(Smart);
    public const string ApiKey = nameof(ApiKey);

    private const string Issuer = "https://issuer.example";
    private static readonly SymmetricSecurityKey Key = new("a key of this test that is long enough for HMAC"u8.ToArray());

    public static void AddSchemes(this IServiceCollection services, string? defaultScheme)
    {
        var authentication = defaultScheme is null ? services.AddAuthentication() : services.AddAuthentication(defaultScheme);
        authentication
            .AddJwtBearer(options =>
            {
                options.MapInboundClaims = false;
                options.TokenValidationParameters = new TokenValidationParameters
                {
                    ValidIssuer = Issuer,
                    ValidAudience = "shop",
                    IssuerSigningKey = Key,
                    ClockSkew = TimeSpan.Zero,
                    NameClaimType = "name",
                    RoleClaimType = "roles",
                };
            })
            .AddCookie(options => options.Events.OnValidatePrincipal = context =>
            {
                if (context.Request.Query.ContainsKey("reject")) context.RejectPrincipal();
                return Task.CompletedTask;
            })
            .AddScheme<AuthenticationSchemeOptions, ApiKeyHandler>(ApiKey, configureOptions: null)
            .AddPolicyScheme(Smart, displayName: null, options => options.ForwardDefaultSelector = context =>
                context.Request.Headers.ContainsKey("Authorization")
                    ? JwtBearerDefaults.AuthenticationScheme
                    : CookieAuthenticationDefaults.AuthenticationScheme);
    }

    public static string Token(string credential)
    {
        var now = DateTime.UtcNow;
        string[] roles = credential == "admin" ? ["user", "admin"] : ["user"];
        if (credential == "garbage") return credential;
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Issuer,
            Audience = "shop",
            NotBefore = now.AddMinutes(-10),
            Expires = credential == "expired" ? now.AddMinutes(-5) : now.AddMinutes(10),
            SigningCredentials = new SigningCredentials(Key, SecurityAlgorithms.HmacSha256),
            Claims = new Dictionary<string, object>
            {
                ["sub"] = "id-of-" + credential,
                ["name"] = credential,
                ["roles"] = roles,
                ["department"] = credential == "admin" ? "sales" : "storage",
            },
        });
    }

    /// <summary>Knows a machine by a key. It throws, or waits until the caller has left, where the test wants it to.</summary>
    private sealed class ApiKeyHandler(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
        {
            switch (Request.Headers["X-Api-Key"].ToString())
            {
                case "":
                    return AuthenticateResult.NoResult();
                case "broken":
                    throw new FormatException("broken");
                case "slow":
                    await Task.Delay(Timeout.Infinite, Context.RequestAborted);
                    throw new InvalidOperationException("The caller did not leave.");
                case "machine":
                    var principal = new ClaimsPrincipal(new ClaimsIdentity([new Claim("sub", "machine")], ApiKey));
                    return AuthenticateResult.Success(new AuthenticationTicket(principal, ApiKey));
                case ['I', 'D', ..] id:
                    // As OpenIddict's validation fails.
                    return AuthenticateResult.Fail("An error occurred while authenticating the current request.", new()
                    {
                        Items = { [".error"] = "invalid_token", [".error_uri"] = "https://documentation.openiddict.com/errors/" + id },
                    });
                default:
                    return AuthenticateResult.Fail("That key is not known.");
            }
        }
    }
}
