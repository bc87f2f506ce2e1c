using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Configuration;

namespace AuthDemo.AppHost.Startup;

/// <summary>A port that has to be free, who needs it, and the file that sets it.</summary>
internal sealed record FixedPort(int Number, string Owner, string File);

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
            if (await FindTakenAsync([.. PortsOfAppHost(builder), .. PortsOfResources(builder)], IsFree, stop) is { } port)
            {
                throw StartRefusal.EndStart(start.Services, $"Port {port.Number}, which {port.Owner} needs, is in use: "
                    + $"stop the program that has it (AuthDemo in another terminal?), or change the port in {port.File}.");
            }
        });
    }

    /// <summary>The first port that stays taken; null where all are free. Waits where a stopped run may still have them.</summary>
    /// <param name="ports">All ports; the first is the AppHost's own, which no stopped run holds.</param>
    /// <param name="isFree">Whether nobody listens on a port.</param>
    /// <param name="stop">Ends the waiting.</param>
    public static async Task<FixedPort?> FindTakenAsync(IReadOnlyList<FixedPort> ports, Func<int, bool> isFree, CancellationToken stop)
    {
        var isWaiting = false;
        for (var end = DateTime.UtcNow + Patience; ; await Task.Delay(250, stop))
        {
            var taken = ports.Where(port => !isFree(port.Number)).ToList();
            if (taken.Count == 0) return null;
            // A run that was stopped holds several ports, or, while it ends, the last of them.
            var isOfStoppedRun = isWaiting || taken.Count > 1;
            if (!isOfStoppedRun || taken[0] == ports[0] || DateTime.UtcNow > end) return taken[0];
            if (!isWaiting) Console.WriteLine("Waiting for ports that a stopped run may still hold ...");
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

    private static IEnumerable<FixedPort> PortsOfAppHost(IDistributedApplicationBuilder builder) =>
        from setting in (string[])["ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL", "ASPNETCORE_URLS",
            "ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", "ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL"]
        let address = builder.Configuration[setting]
        where !string.IsNullOrEmpty(address)
        let port = new Uri(address.Split(';')[0]).Port
        where port > 0
        select new FixedPort(port, "the AppHost", $"AppHost/{LaunchSettings} ({setting})");

    private static IEnumerable<FixedPort> PortsOfResources(IDistributedApplicationBuilder builder) =>
        from resource in builder.Resources
        from endpoint in resource.Annotations.OfType<EndpointAnnotation>()
        where endpoint.Port is not null
        let file = resource.Name == "keycloak" ? "AppHost/AppHost.cs" : $"{LaunchSettings} of its project"
        select new FixedPort(endpoint.Port!.Value, resource.Name, file);
}
