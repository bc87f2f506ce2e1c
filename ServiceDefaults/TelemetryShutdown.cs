using Microsoft.Extensions.Hosting;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace AuthDemo.ServiceDefaults;

/// <summary>
/// Exports what is left when the server has stopped. The providers' own disposal does it one signal after the other, and waits for five
/// seconds each where the dashboard or the collector has stopped before.
/// </summary>
internal sealed class TelemetryShutdown(TracerProvider traces, MeterProvider metrics, LoggerProvider logs) : IHostedService
{
    private const int Timeout = 2000; // milliseconds

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.WhenAll(
        Task.Run(() => traces.Shutdown(Timeout), cancellationToken),
        Task.Run(() => metrics.Shutdown(Timeout), cancellationToken),
        Task.Run(() => logs.Shutdown(Timeout), cancellationToken));
}
