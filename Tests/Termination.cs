using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace AuthDemo.Tests;

/// <summary>Ends the process a few seconds after SIGTERM: the runner waits for running tests, which can take minutes.</summary>
internal static class Termination
{
    private static IDisposable? registration;

    [ModuleInitializer]
    internal static void Register()
    {
        registration = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => _ = ExitAsync());
        // dotnet test does not hand on a signal that it gets alone.
        if (OperatingSystem.IsLinux() && Environment.GetCommandLineArgs().Contains("--dotnet-test-pipe")) _ = WatchParentAsync();
    }

    private static async Task WatchParentAsync()
    {
        for (var parent = FindParent(); FindParent() == parent;) await Task.Delay(200);
        Environment.Exit(143);
    }

    private static string FindParent() => File.ReadLines("/proc/self/status").Single(line => line.StartsWith("PPid:"));

    private static async Task ExitAsync()
    {
        await Task.Delay(TimeSpan.FromSeconds(2)); // for the fixtures, to stop what they have started
        Environment.Exit(143);
    }
}
