using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;

namespace AuthDemo.AppHost.Local;

/// <summary>A program, its arguments and the folder it runs in.</summary>
internal sealed record ProgramToRun(string FileName, IReadOnlyList<string> Arguments, string WorkingDirectory);

/// <summary>What the build wrote into the assembly (Local.targets).</summary>
internal static class BuildFacts
{
    public static string AppHostDirectory { get; } = Get(nameof(AppHostDirectory));

    public static string ArtifactsDirectory { get; } = Get(nameof(ArtifactsDirectory));

    public static string DashboardProgram { get; } = Get(nameof(DashboardProgram));

    private static string Get(string key) =>
        typeof(BuildFacts).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == key).Value!;
}

/// <summary>The .NET host that runs this very process.</summary>
internal static class DotNet
{
    public static string Program { get; } = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../../dotnet"));
}

/// <summary>Node.js, which the stand-in runs on.</summary>
internal static class Node
{
    private const int Needed = 20;

    /// <exception cref="DistributedApplicationException">It is missing or too old.</exception>
    public static string FindProgram()
    {
        const string Advice = "install it and see that 'node' is on the PATH, or run with a container runtime and -p:Engine=Aspire.";
        var node = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, "node")).FirstOrDefault(File.Exists)
            ?? throw new DistributedApplicationException($"Node.js {Needed} or newer is needed for Keycloak's stand-in and was not found: {Advice}");

        using var process = Process.Start(new ProcessStartInfo(node, "--version") { RedirectStandardOutput = true })!;
        var version = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        return int.TryParse(version.TrimStart('v').Split('.')[0], out var major) && major >= Needed
            ? node
            : throw new DistributedApplicationException($"Node.js {Needed} or newer is needed for Keycloak's stand-in, and {node} is {version}: {Advice}");
    }
}
