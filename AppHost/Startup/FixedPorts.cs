using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Configuration;

namespace AuthDemo.AppHost.Startup;

/// <summary>A port that has to be free, who needs it, and where it is set.</summary>
internal sealed record FixedPort(int Number, string Owner, string Setting);

/// <summary>
/// The ports that the application is reached at. Aspire says nothing where another program has one: the resource just never comes up.
/// </summary>
internal static class FixedPorts
{
    private const string LaunchSettings = "Properties/launchSettings.json";

    /// <summary>How long the orchestrator of a run that was stopped may hold its ports: 15 s were seen.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Ends the start with one sentence where a port is taken.</summary>
    public static IDistributedApplicationBuilder RequireFreePorts(this IDistributedApplicationBuilder builder)
    {
        // Where Aspire takes random ports, as it does in tests, none of these is used.
        if (builder.ExecutionContext.IsPublishMode || builder.Configuration.GetValue<bool>("DcpPublisher:RandomizePorts")) return builder;
        return builder.OnBeforeStart(async (start, stop) =>
        {
            if (await FindTakenAsync(FindPorts(builder, out var own), own, IsFree, stop) is { } sentence)
                throw StartRefusal.EndStart(start.Services, sentence);
        });
    }

    /// <summary>Waits for ports that a run which was just stopped still holds.</summary>
    /// <param name="ports">All ports.</param>
    /// <param name="own">
    /// The one on which the AppHost itself listens, if there is one: where it is taken, another copy runs. All others belong to the
    /// AppHost's orchestrator, which outlives it by some seconds.
    /// </param>
    /// <param name="isFree">Whether nobody listens on a port.</param>
    /// <param name="stop">Ends the waiting.</param>
    /// <returns>What to tell the user; null where all are free.</returns>
    public static async Task<string?> FindTakenAsync(
        IReadOnlyList<FixedPort> ports, FixedPort? own, Func<int, bool> isFree, CancellationToken stop)
    {
        var isWaiting = false;
        for (var end = DateTime.UtcNow + Patience; ; await Task.Delay(250, stop))
        {
            var taken = ports.Where(port => !isFree(port.Number)).ToList();
            if (taken.Count == 0) return null;
            if (own is not null && taken.Contains(own))
                return "AuthDemo runs already, perhaps in another terminal: use that one, or stop it with Ctrl+C and start again.";
            // A run that was stopped holds several ports, or, while it ends, the last of them.
            if ((taken.Count == 1 && !isWaiting) || DateTime.UtcNow > end)
            {
                return $"Port {taken[0].Number}, which {taken[0].Owner} needs, is in use by another program: "
                    + $"stop that one, or change the port in {taken[0].Setting}.";
            }

            if (!isWaiting) Console.WriteLine($"Waiting for ports that a stopped run may still hold: {NumbersOf(taken)} ...");
            isWaiting = true;
        }
    }

    public static bool IsFree(int port) => new[] { IPAddress.Loopback, IPAddress.IPv6Loopback }.All(address =>
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

    private static List<FixedPort> FindPorts(IDistributedApplicationBuilder builder, out FixedPort? own)
    {
        own = Find("ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL", "the AppHost");
        FixedPort?[] others =
        [
            own,
            Find("ASPNETCORE_URLS", "the dashboard"),
            Find("ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", "the dashboard's telemetry"),
            Find("ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL", "the dashboard's telemetry"),
        ];
        return
        [
            .. from resource in builder.Resources
               from endpoint in resource.Annotations.OfType<EndpointAnnotation>()
               where endpoint.Port is not null
               select new FixedPort(endpoint.Port!.Value, resource.Name, SettingOf(resource)),
            .. others.OfType<FixedPort>(),
        ];

        FixedPort? Find(string setting, string owner) =>
            Uri.TryCreate(builder.Configuration[setting]?.Split(';')[0], UriKind.Absolute, out var url) && url.Port > 0
                ? new(url.Port, owner, $"AppHost/{LaunchSettings} ({setting})")
                : null;
    }

    private static string SettingOf(IResource resource) =>
        resource is ProjectResource project && resource.Name is not "keycloak"
            ? $"{Path.GetFileName(Path.GetDirectoryName(project.GetProjectMetadata().ProjectPath))}/{LaunchSettings}"
            : "AppHost/AppHost.cs";

    private static string NumbersOf(IEnumerable<FixedPort> ports) => string.Join(", ", ports.Select(port => port.Number).Order());
}
