using System.Diagnostics;

namespace AuthDemo.Measurements;

/// <summary>The checkout, and its Release build.</summary>
internal static class Build
{
    /// <summary>The directory of AuthDemo.sln, looked for from the current directory upwards.</summary>
    /// <exception cref="MeasurementException">The current directory is not within a checkout.</exception>
    public static string Root => FindRoot(Environment.CurrentDirectory)
        ?? throw new MeasurementException("Run the benchmark from within a checkout of AuthDemo: AuthDemo.sln was not found.");

    /// <exception cref="MeasurementException">A project does not build.</exception>
    public static async Task ReleaseAsync(IEnumerable<string> projects, CancellationToken cancellation)
    {
        foreach (var project in projects)
        {
            Console.WriteLine($"Building {project} in Release");
            await RunAsync(project, cancellation);
        }
    }

    /// <summary>The program that <see cref="ReleaseAsync"/> has built.</summary>
    public static string Output(string project) =>
        Path.Combine(Root, project, "bin", "Release", "net10.0", Path.GetFileName(project) + ".dll");

    private static async Task RunAsync(string project, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo("dotnet", ["build", project, "-c", "Release", "--nologo", "-v", "q", "-clp:NoSummary"])
        {
            WorkingDirectory = Root,
            RedirectStandardOutput = true,
        };
        using var build = Process.Start(start)!;
        try
        {
            var output = await build.StandardOutput.ReadToEndAsync(cancellation);
            await build.WaitForExitAsync(cancellation);
            if (build.ExitCode != 0) throw new MeasurementException($"{project} does not build:\n{output.Trim()}");
        }
        finally
        {
            if (!build.HasExited) build.Kill(entireProcessTree: true);
        }
    }

    private static string? FindRoot(string? directory) =>
        directory is null || File.Exists(Path.Combine(directory, "AuthDemo.sln")) ? directory : FindRoot(Path.GetDirectoryName(directory));
}
