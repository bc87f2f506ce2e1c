using System.Runtime.InteropServices;

namespace AuthDemo.Measurements;

/// <summary>Runs the parts that were asked for, and ends everything that it started, come what may.</summary>
public static class Benchmark
{
    private static readonly string[] Projects = ["Api", "Web", "eng/Reference", "eng/Probe"];

    /// <returns>The exit code: 0 measured, 1 could not measure, 130 interrupted.</returns>
    public static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments is ["--help" or "-h"])
        {
            Console.WriteLine(Options.Usage);
            return 0;
        }

        using var interruption = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt);
        try
        {
            await RunAsync(Options.From(arguments), interruption.Token);
            return 0;
        }
        catch (MeasurementException exception)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return 1;
        }
        catch (OperationCanceledException) when (interruption.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("Interrupted.");
            return 130;
        }

        void Interrupt(PosixSignalContext context)
        {
            context.Cancel = true;
            interruption.Cancel();
        }
    }

    private static async Task RunAsync(Options options, CancellationToken cancellation)
    {
        if (options.Builds && options.Parts.Any(part => part != "start")) await Build.ReleaseAsync(Projects, cancellation);
        if (options.Parts.Contains("requests")) await RequestsPart.RunAsync(options, cancellation);
        if (options.Parts.Contains("web")) await PagesPart.RunAsync(options, cancellation);
        if (options.Parts.Contains("idle")) await IdlePart.RunAsync(cancellation);
        if (options.Parts.Contains("start")) await StartPart.RunAsync(options, cancellation);
        if (options.Parts.Contains("memory")) await MemoryPart.RunAsync(cancellation);
    }
}
