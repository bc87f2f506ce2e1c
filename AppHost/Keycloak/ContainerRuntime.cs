using System.ComponentModel;
using System.Diagnostics;
using System.Reflection;
using System.Text.Json;

namespace AuthDemo.AppHost.Keycloak;

/// <summary>
/// Docker or Podman, as Aspire's own orchestrator (DCP) sees them. Aspire makes the same check in every start and, where none runs, waits
/// for ever.
/// </summary>
internal static class ContainerRuntime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Why no container can run; null where one can.</summary>
    /// <param name="runtime">The setting <c>ASPIRE_CONTAINER_RUNTIME</c>; empty for the one that runs.</param>
    public static string? FindProblem(string? runtime)
    {
        var metadata = typeof(ContainerRuntime).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>();
        var dcp = metadata.Single(a => a.Key == "dcpclipath").Value!;
        string[] arguments = string.IsNullOrEmpty(runtime) ? ["info"] : ["info", "--container-runtime", runtime];
        try
        {
            var start = new ProcessStartInfo(dcp, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
            using var info = Process.Start(start)!;
            var answer = info.StandardOutput.ReadToEndAsync();
            _ = info.StandardError.ReadToEndAsync();
            if (answer.Wait(Patience)) return ReadProblem(answer.Result);
            info.Kill(entireProcessTree: true);
            return $"the container runtime did not answer within {Patience.TotalSeconds} s";
        }
        catch (Exception failure) when (failure is Win32Exception or JsonException)
        {
            return $"Aspire's orchestrator could not say whether a container runtime runs ({failure.Message})";
        }
    }

    /// <inheritdoc cref="FindProblem"/>
    /// <param name="info">
    /// What <c>dcp info</c> wrote: a JSON object whose member <c>containers</c> has <c>runtime</c>, <c>installed</c> and <c>running</c>.
    /// </param>
    public static string? ReadProblem(string info)
    {
        using var document = JsonDocument.Parse(info);
        if (!document.RootElement.TryGetProperty("containers", out var containers)) return "no container runtime is installed";
        var name = containers.TryGetProperty("runtime", out var runtime) ? runtime.GetString() : "a container runtime";
        return Is("running") ? null : Is("installed") ? $"{name} is installed but does not run" : "no container runtime is installed";

        bool Is(string member) => containers.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.True;
    }
}
