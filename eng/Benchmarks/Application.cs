using System.Globalization;
using System.Security.Claims;
using AuthDemo.Api.Building;
using AuthDemo.Tests.Issuer;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.IdentityModel.Tokens;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace AuthDemo.Benchmarks;

/// <summary>An application in this process, its owner, and where its telemetry goes, if anywhere.</summary>
internal sealed class Application(TestServer server, IAsyncDisposable owner, Collector? collector) : IAsyncDisposable
{
    public TestServer Server { get; } = server;

    /// <summary>No authentication and no telemetry: what routing and JSON cost.</summary>
    public static Task<Application> StartBareAsync(FakeIssuer issuer, Collector? collector)
    {
        var app = CreateBuilder(collector: null).Build();
        app.MapGet("/lobby", () => new { message = "Welcome." });
        app.MapGet("/badge", () => new { message = "Welcome." });
        app.MapDelete("/users/{id}", (string id) => Results.Ok());
        return StartAsync(app, collector: null);
    }

    /// <summary>JwtBearer as its documentation has it, with problem details and the telemetry of Aspire's service defaults.</summary>
    public static Task<Application> StartJwtBearerAsync(FakeIssuer issuer, Collector? collector)
    {
        var builder = CreateBuilder(collector);
        if (collector is not null) AddTelemetry(builder);
        builder.Services.AddProblemDetails();
        builder.Services.AddAuthorization();
        builder.Services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer(options =>
        {
            options.Authority = FakeIssuer.Issuer;
            options.Audience = "api";
            options.RequireHttpsMetadata = false;
            options.BackchannelHttpHandler = issuer;
            options.MapInboundClaims = false;
            options.TokenValidationParameters = new TokenValidationParameters { NameClaimType = "name", RoleClaimType = "roles" };
        });

        var app = builder.Build();
        app.UseStatusCodePages();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapGet("/lobby", () => new { message = "Welcome." }).AllowAnonymous();
        app.MapGet("/badge", Badge).RequireAuthorization();
        app.MapDelete("/users/{id}", (string id) => Results.NoContent()).RequireAuthorization(policy => policy.RequireRole("admin"));
        return StartAsync(app, collector);
    }

    /// <summary>The Api in Production, with the issuer behind JwtBearer's backchannel.</summary>
    public static Task<Application> StartApiAsync(FakeIssuer issuer, Collector? collector)
    {
        var factory = new WebApplicationFactory<Inventory>().WithWebHostBuilder(host =>
        {
            host.UseEnvironment(Environments.Production)
                .UseSetting("Authentication:Schemes:Bearer:Authority", FakeIssuer.Issuer)
                .UseSetting("Authentication:Schemes:Bearer:ValidAudience", "api");
            foreach (var (name, value) in Settings(collector)) host.UseSetting(name, value);
            host.ConfigureTestServices(services => services.Configure<JwtBearerOptions>(
                JwtBearerDefaults.AuthenticationScheme, options => options.BackchannelHttpHandler = issuer));
        });
        return Task.FromResult(new Application(factory.Server, factory, collector));
    }

    public async ValueTask DisposeAsync()
    {
        await owner.DisposeAsync();
        if (collector is not null) await collector.DisposeAsync();
    }

    private static WebApplicationBuilder CreateBuilder(Collector? collector)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = Environments.Production });
        builder.WebHost.UseTestServer();
        builder.Configuration.AddInMemoryCollection(Settings(collector));
        return builder;
    }

    /// <summary>No console, which would be measured instead, and telemetry as often as Aspire has it.</summary>
    private static IEnumerable<KeyValuePair<string, string?>> Settings(Collector? collector)
    {
        yield return new("Logging:LogLevel:Microsoft.AspNetCore", "Warning");
        yield return new("Logging:Console:LogLevel:Default", "None");
        if (collector is null) yield break;
        yield return new("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Address.ToString());
        yield return new("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf");
        foreach (var delay in new[] { "OTEL_METRIC_EXPORT_INTERVAL", "OTEL_BLRP_SCHEDULE_DELAY", "OTEL_BSP_SCHEDULE_DELAY" })
            yield return new(delay, "1000");
        foreach (var queue in new[] { "OTEL_BSP_MAX_QUEUE_SIZE", "OTEL_BLRP_MAX_QUEUE_SIZE" })
            yield return new(queue, "100000"); // what is dropped costs nothing
    }

    private static async Task<Application> StartAsync(WebApplication app, Collector? collector)
    {
        await app.StartAsync();
        return new Application(app.GetTestServer(), app, collector);
    }

    private static void AddTelemetry(WebApplicationBuilder builder)
    {
        builder.Logging.AddOpenTelemetry(logging =>
        {
            logging.IncludeFormattedMessage = true;
            logging.IncludeScopes = true;
        });
        builder.Services.AddOpenTelemetry()
            .WithMetrics(metrics => metrics.AddAspNetCoreInstrumentation().AddHttpClientInstrumentation().AddMeter("System.Runtime"))
            .WithTracing(tracing => tracing.AddAspNetCoreInstrumentation().AddHttpClientInstrumentation())
            .UseOtlpExporter();
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
