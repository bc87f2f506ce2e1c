using System.Runtime.InteropServices;

namespace AuthDemo.AppHost.Local;

/// <summary>Turns Ctrl+C, SIGTERM and the closing of the terminal into a cancellation.</summary>
internal sealed class StopSignals : IDisposable
{
    private readonly PosixSignalRegistration[] registrations;

    public StopSignals(CancellationTokenSource stop) => registrations =
    [
        .. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGQUIT, PosixSignal.SIGHUP }.Select(signal => PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            stop.Cancel();
        })),
    ];

    public void Dispose()
    {
        foreach (var registration in registrations) registration.Dispose();
    }
}
