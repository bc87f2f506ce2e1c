using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AuthDemo.AppHost.Local;

/// <summary>Serves <see cref="ResourceService"/> to the dashboard: gRPC over unencrypted HTTP/2, on loopback only, behind a key.</summary>
internal static class ResourceServer
{
    private const string KeyHeader = "x-resource-service-api-key";

    /// <param name="dashboard">Whose endpoint and key to use.</param>
    /// <param name="runs">The resources to show.</param>
    /// <param name="cancellationToken">Gives up the start.</param>
    public static async Task<IHost> StartAsync(DashboardResource dashboard, IReadOnlyList<ResourceRun> runs, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(1));
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(new ResourceService(runs));
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            // The dashboard keeps a two-way stream open on which it may have nothing to say for hours.
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.ListenLocalhost(dashboard.GetEndpoint("resource-service").Port, listen => listen.Protocols = HttpProtocols.Http2);
        });

        var app = builder.Build();
        app.Use((context, next) => IsAllowed(context.Request, dashboard.ResourceServiceKey) ? next(context) : Refuse(context.Response));
        app.MapGrpcService<ResourceService>();
        await app.StartAsync(cancellationToken);
        return app;
    }

    private static bool IsAllowed(HttpRequest request, string? key) =>
        key is null || CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes($"{request.Headers[KeyHeader]}"), Encoding.UTF8.GetBytes(key));

    private static Task Refuse(HttpResponse response)
    {
        response.StatusCode = StatusCodes.Status401Unauthorized;
        return Task.CompletedTask;
    }
}
