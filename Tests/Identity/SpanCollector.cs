using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AuthDemo.Tests.Identity;

/// <summary>An OTLP/HTTP endpoint that keeps what it is sent.</summary>
internal sealed class SpanCollector : IAsyncDisposable
{
    private readonly Channel<(string Key, JsonElement Body)> received = Channel.CreateUnbounded<(string, JsonElement)>();
    private readonly WebApplication app;

    private SpanCollector()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        app = builder.Build();
        app.MapPost("/v1/traces", (HttpRequest request, JsonElement body) => received.Writer.TryWrite((request.Headers["x-otlp-api-key"].ToString(), body)));
    }

    public string Address => app.Urls.Single();

    public static async Task<SpanCollector> StartAsync()
    {
        var collector = new SpanCollector();
        await collector.app.StartAsync();
        return collector;
    }

    /// <summary>The next export: its key, and the body.</summary>
    public async Task<(string Key, JsonElement Body)> ReceiveAsync()
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        return await received.Reader.ReadAsync(timeout.Token);
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
