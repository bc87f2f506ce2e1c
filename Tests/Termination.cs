using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace AuthDemo.Tests;

/// <summary>Ends the process a few seconds after SIGTERM: the runner waits for running tests, which can take minutes.</summary>
internal static class Termination
{
    private static IDisposable? registration;

    [ModuleInitializer]
    internal static void Register() => registration = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => _ = ExitAsync());

    private static async Task ExitAsync()
    {
        await Task.Delay(TimeSpan.FromSeconds(2)); // for the fixtures, to stop what they have started
        Environment.Exit(143);
    }
}
