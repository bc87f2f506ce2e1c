using System.Runtime.InteropServices;

namespace AuthDemo.AppHost.Startup;

/// <summary>Ctrl+C and SIGTERM from the process's first moment on: the host listens to them only when it is built.</summary>
internal sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource source = new();
    private readonly PosixSignalRegistration[] registrations;

    public StopSignals() => registrations = [Register(PosixSignal.SIGINT), Register(PosixSignal.SIGTERM)];

    public CancellationToken Token => source.Token;

    public void Dispose()
    {
        // Not the source: a signal may be on its way, and would find it gone.
        foreach (var registration in registrations) registration.Dispose();
    }

    private PosixSignalRegistration Register(PosixSignal signal) => PosixSignalRegistration.Create(signal, context =>
    {
        context.Cancel = true;
        source.Cancel();
    });
}
