using System.Diagnostics;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;

namespace AuthDemo.AppHost.Keycloak;

/// <summary>Checks for Docker or Podman with Aspire's orchestrator (DCP). Without one Aspire would wait forever.</summary>
internal static class ContainerRuntime
{
    /// <summary>Why containers cannot run; null if they can.</summary>
    public static string? FindProblem(IConfiguration configuration)
    {
        var dcp = typeof(ContainerRuntime).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "dcpclipath");
        var info = Run(dcp.Value!, "info", "--container-runtime", configuration["ASPIRE_CONTAINER_RUNTIME"] ?? "");
        if (ReadProblem(info) is { } problem) return problem;
        // Aspire has to build an image for its tunnel between containers and the host.
        return info.Contains("\"docker\"", StringComparison.Ordinal) && Run("docker", "buildx", "version").Length == 0
            ? "docker has no buildx, which Aspire builds an image with (install docker-buildx)"
            : null;
    }

    /// <inheritdoc cref="FindProblem"/>
    public static string? ReadProblem(string info)
    {
        JsonNode? containers;
        try
        {
            containers = JsonNode.Parse(info)!["containers"];
        }
        catch (JsonException)
        {
            return "Aspire's orchestrator cannot tell of any container runtime";
        }

        if ((bool?)containers?["installed"] is not true) return "no container runtime is installed";
        if ((bool?)containers["running"] is true) return null;
        var cause = ((string?)containers["error"] ?? "it does not say why").Trim().Split('\n')[^1].TrimEnd('.');
        return $"{(string?)containers["runtime"]} does not run ({cause})";
    }

    private static string Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        return process.StandardOutput.ReadToEnd();
    }
}
