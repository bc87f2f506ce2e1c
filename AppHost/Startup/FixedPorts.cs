using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace AuthDemo.AppHost.Startup;

/// <summary>A port that has to be free, who needs it, and where it is set.</summary>
internal sealed record FixedPort(int Number, string Owner, string Setting);

/// <summary>
/// The ports that the application is reached at. Aspire says nothing where another program has one: the resource just never comes up.
/// </summary>
internal static class FixedPorts
{
    /// <summary>How long the orchestrator of an AppHost that has ended may hold its ports: 15 s were seen.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(25);

    private const string DashboardUrls = "ASPNETCORE_URLS";
    private const string LaunchSettings = "Properties/launchSettings.json";

    /// <summary>Waits for ports that an ended copy still holds.</summary>
    /// <param name="builder">The application.</param>
    /// <param name="web">The resource that the user opens.</param>
    /// <param name="stop">Ends the waiting.</param>
    /// <exception cref="DistributedApplicationException">
    /// A port is in use by another program, or by another copy; or it is not known which ports there are.
    /// </exception>
    public static Task WaitAsync(IDistributedApplicationBuilder builder, IResource web, CancellationToken stop)
    {
        // Where Aspire takes random ports, as it does in tests, none of these is used.
        if (builder.Configuration["DcpPublisher:RandomizePorts"] is "true" or "True") return Task.CompletedTask;

        if (PortOf(builder, DashboardUrls, "the dashboard") is not { } dashboard)
        {
            throw new DistributedApplicationException(
                $"{DashboardUrls} does not say where the dashboard is to be: "
                + "start with the launch settings, as 'dotnet run --project AppHost' does.");
        }

        var resourceService = PortOf(builder, "ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL", "the resource service");
        FixedPort?[] ports =
        [
            .. from resource in builder.Resources
               from endpoint in resource.Annotations.OfType<EndpointAnnotation>()
               where endpoint.Port is not null
               select new FixedPort(endpoint.Port!.Value, resource.Name, SettingOf(resource)),
            dashboard,
            PortOf(builder, "ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", "the dashboard's telemetry"),
            PortOf(builder, "ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL", "the dashboard's telemetry"),
            resourceService,
        ];
        return WaitAsync([.. ports.OfType<FixedPort>()], web.Name, resourceService, IsOrchestratorAlive, Patience, stop);
    }

    /// <param name="ports">All ports.</param>
    /// <param name="web">The owner of the port that the user opens.</param>
    /// <param name="resourceService">
    /// The one among them that the AppHost itself listens on. The others belong to its orchestrator, which outlives it by some seconds.
    /// </param>
    /// <param name="isOrchestratorAlive">Whether an orchestrator runs that may belong to a copy that has ended.</param>
    /// <param name="patience">How long to wait for that one.</param>
    /// <param name="stop">Ends the waiting.</param>
    /// <exception cref="DistributedApplicationException">A port is in use by another program, or by another copy.</exception>
    public static async Task WaitAsync(
        IReadOnlyList<FixedPort> ports, string web, FixedPort? resourceService, Func<bool> isOrchestratorAlive, TimeSpan patience,
        CancellationToken stop)
    {
        var watch = Stopwatch.StartNew();
        var told = false;
        while (ports.Where(port => !IsFree(port.Number)).ToList() is { Count: > 0 } taken)
        {
            if (resourceService is not null && taken.Contains(resourceService) && taken.Count > 1)
            {
                throw new DistributedApplicationException(
                    $"AuthDemo runs already, perhaps in another terminal: open http://localhost:{ports.First(p => p.Owner == web).Number}, "
                    + "or stop it with Ctrl+C and start again.");
            }

            // An orchestrator holds several ports, or, while it ends, the last of them.
            if (!isOrchestratorAlive() || (taken.Count == 1 && !told) || watch.Elapsed > patience)
            {
                throw new DistributedApplicationException(
                    $"Port {taken[0].Number}, which {taken[0].Owner} needs, is in use by another program: "
                    + $"stop that one, or change the port in {taken[0].Setting}.");
            }

            if (!told)
            {
                told = true;
                Console.WriteLine(
                    $"Waiting up to {patience.TotalSeconds:0} s for ports that a stopped run may still hold: {Numbers(taken)} ...");
            }

            await Task.Delay(250, stop);
        }
    }

    private static string Numbers(IEnumerable<FixedPort> ports) => string.Join(", ", ports.Select(port => port.Number).Order());

    private static FixedPort? PortOf(IDistributedApplicationBuilder builder, string setting, string owner) =>
        Uri.TryCreate(builder.Configuration[setting]?.Split(';')[0], UriKind.Absolute, out var url) && url.Port > 0
            ? new(url.Port, owner, $"AppHost/{LaunchSettings} ({setting})")
            : null;

    private static string SettingOf(IResource resource) =>
        resource is ProjectResource project && resource.Name is not "keycloak"
            ? $"{Path.GetFileName(Path.GetDirectoryName(project.GetProjectMetadata().ProjectPath))}/{LaunchSettings}"
            : "AppHost/AppHost.cs";

    private static bool IsOrchestratorAlive()
    {
        var processes = Process.GetProcessesByName("dcp");
        foreach (var process in processes) process.Dispose();
        return processes.Length > 0;
    }

    private static bool IsFree(int port) => new[] { IPAddress.Loopback, IPAddress.IPv6Loopback }.All(address =>
    {
        try
        {
            using var listener = new TcpListener(address, port);
            listener.Start();
            return true;
        }
        catch (SocketException failure)
        {
            // A machine without IPv6 has no such address, and so nobody on it.
            return failure.SocketErrorCode != SocketError.AddressAlreadyInUse;
        }
    });
}
