using System.Globalization;
using System.Security.Claims;
using Microsoft.IdentityModel.Tokens;

namespace AuthDemo.Reference;

/// <summary>
/// The same routes behind JwtBearer as its documentation sets it up: authority, audience, roles, problem details and status code pages.
/// </summary>
internal static class DefaultApi
{
    public static void Run(WebApplicationBuilder builder)
    {
        if (builder.Configuration.GetValue<bool>("OpenTelemetry")) builder.AddAspireTelemetry();
        builder.Services.AddProblemDetails();
        builder.Services.AddAuthorization();
        builder.Services.AddAuthentication().AddJwtBearer(options =>
        {
            options.Authority = builder.Configuration["Authority"];
            options.Audience = "api";
            options.RequireHttpsMetadata = false;
            options.MapInboundClaims = false;
            options.TokenValidationParameters = new TokenValidationParameters { NameClaimType = "name", RoleClaimType = "roles" };
        });

        var app = builder.Build();
        app.UseMoreSpans(builder.Configuration.GetValue<int>("MoreSpans"));
        app.UseStatusCodePages();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapGet("/lobby", () => new { message = "Welcome." }).AllowAnonymous();
        app.MapGet("/badge", Badge).RequireAuthorization();
        app.MapDelete("/users/{id}", (string id) => Results.NoContent()).RequireAuthorization(policy => policy.RequireRole("admin"));
        app.Run();
    }

    /// <summary>What the Api's endpoint answers, so that the two differ in what comes before it.</summary>
    private static object Badge(ClaimsPrincipal caller) => new
    {
        subject = caller.FindFirstValue("sub"),
        name = caller.FindFirstValue("name"),
        client = caller.FindFirstValue("client_id"),
        roles = caller.FindAll("roles").Select(claim => claim.Value).ToArray(),
        groups = caller.FindAll("groups").Select(claim => claim.Value).ToArray(),
        scopes = caller.FindFirstValue("scope")?.Split(' '),
        issuer = caller.FindFirstValue("iss"),
        audience = caller.FindAll("aud").Select(claim => claim.Value).ToArray(),
        expiresAt = Time(caller.FindFirstValue("exp")),
        authenticatedAt = Time(caller.FindFirstValue("auth_time")),
    };

    private static DateTimeOffset? Time(string? seconds) =>
        seconds is null ? null : DateTimeOffset.FromUnixTimeSeconds(long.Parse(seconds, CultureInfo.InvariantCulture));
}
