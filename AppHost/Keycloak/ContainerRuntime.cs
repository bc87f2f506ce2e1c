using System.Diagnostics;
using System.Reflection;
using System.Text.Json.Nodes;

namespace AuthDemo.AppHost.Keycloak;

/// <summary>
/// Docker or Podman, as Aspire's own orchestrator (DCP) sees them. Aspire makes the same check in every start and, where none runs, waits
/// for ever.
/// </summary>
internal static class ContainerRuntime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Why no container can run; null where one can.</summary>
    /// <param name="runtime">The setting <c>ASPIRE_CONTAINER_RUNTIME</c>; empty for the one that runs.</param>
    public static string? FindProblem(string? runtime)
    {
        var metadata = typeof(ContainerRuntime).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>();
        var dcp = metadata.Single(a => a.Key == "dcpclipath").Value!;
        string[] info = string.IsNullOrEmpty(runtime) ? ["info"] : ["info", "--container-runtime", runtime];
        if (Run(dcp, info) is not { } answer) return "Aspire's orchestrator cannot tell of any container runtime";
        if (ReadProblem(answer) is { } problem) return problem;
        // Aspire builds an image for the tunnel between containers and this machine.
        return answer.Contains("\"docker\"", StringComparison.Ordinal) && Run("docker", "buildx", "version") is null
            ? "docker has no buildx, which Aspire builds an image with: install docker-buildx"
            : null;
    }

    /// <inheritdoc cref="FindProblem"/>
    /// <param name="info">
    /// What <c>dcp info</c> wrote: a JSON object whose member <c>containers</c> has <c>runtime</c>, <c>installed</c>, <c>running</c> and
    /// <c>error</c>.
    /// </param>
    public static string? ReadProblem(string info)
    {
        var containers = JsonNode.Parse(info)!["containers"];
        if ((bool?)containers?["installed"] is not true) return "no container runtime is installed";
        if ((bool?)containers["running"] is true) return null;
        var cause = ((string?)containers["error"])?.Trim().Split('\n')[^1];
        return $"{(string?)containers["runtime"]} does not run" + (string.IsNullOrEmpty(cause) ? "" : $" ({cause.TrimEnd('.')})");
    }

    /// <returns>What it wrote, which fits into a pipe; null where it fails or does not end.</returns>
    private static string? Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        if (process.WaitForExit(Patience)) return process.ExitCode == 0 ? process.StandardOutput.ReadToEnd() : null;
        process.Kill(entireProcessTree: true);
        return null;
    }
}
