using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace AuthDemo.Benchmarks;

/// <summary>Takes telemetry (OTLP by HTTP) and throws it away.</summary>
internal sealed class Collector : IAsyncDisposable
{
    private readonly WebApplication app;
    private int exports;

    private Collector(WebApplication app) => this.app = app;

    public Uri Address => new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    public static async Task<Collector> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var collector = new Collector(builder.Build());
        collector.app.MapPost("/v1/{signal}", (HttpRequest request) => collector.TakeAsync(request));
        await collector.app.StartAsync();
        return collector;
    }

    /// <exception cref="InvalidOperationException">Nothing has arrived: what was measured is no export.</exception>
    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        if (exports == 0) throw new InvalidOperationException("No telemetry has arrived, so these figures are not those of an exporter.");
    }

    private async Task<IResult> TakeAsync(HttpRequest request)
    {
        await request.Body.CopyToAsync(Stream.Null);
        Interlocked.Increment(ref exports);
        return Results.Bytes([], "application/x-protobuf");
    }
}
