using System.Security.Cryptography;
using System.Text;
using AuthDemo.Web.Lab.Credentials;
using OpenTelemetry.Trace;

namespace AuthDemo.Web.Commands;

/// <summary>The dashboard's commands on the resource web. They are there only where the AppHost made a key for this run.</summary>
internal static class CommandEndpoints
{
    private const string KeyHeader = "X-Commands-Key";

    public static void AddCommands(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<AllFlows>();
        builder.Services.ConfigureOpenTelemetryTracerProvider(tracing => tracing.AddSource(AllFlows.Source));
    }

    public static void MapCommands(this WebApplication app)
    {
        if (app.Configuration["COMMANDS_KEY"] is not { Length: > 0 } key) return;
        var expected = SHA256.HashData(Encoding.UTF8.GetBytes(key));

        app.MapPost("/commands/run-all-flows", async (HttpContext http, AllFlows flows) =>
                Results.Text(await flows.RunAsync(Caller.NobodyAt(http.Request), http.RequestAborted)))
            .AddEndpointFilter(async (context, next) =>
            {
                // Hashes have one length, so that comparing takes as long for every key.
                var given = SHA256.HashData(Encoding.UTF8.GetBytes(context.HttpContext.Request.Headers[KeyHeader].ToString()));
                return CryptographicOperations.FixedTimeEquals(given, expected) ? await next(context) : Results.Problem(
                    $"The header {KeyHeader} does not hold this run's key: use the command in the dashboard.",
                    statusCode: StatusCodes.Status403Forbidden);
            })
            .AllowAnonymous();
    }
}
