using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Aspire.Hosting;
using AuthDemo.AppHost.Startup;

namespace AuthDemo.Tests.AppHost;

/// <summary>The check of the fixed ports, on ports of the tests' own.</summary>
public sealed class FixedPortsTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Free_ports_let_the_start_go_on() => await WaitAsync([Free("api"), Free("web")], resourceService: Free("service"));

    [Fact]
    public async Task Port_of_another_program_is_one_sentence_that_names_it_and_where_to_change_it()
    {
        using var occupant = Occupy();
        var api = new FixedPort(PortOf(occupant), "api", "Api/Properties/launchSettings.json");

        var failure = await Assert.ThrowsAsync<DistributedApplicationException>(
            () => WaitAsync([Free("web"), api], Free("service"), isOrchestratorAlive: true));

        Assert.Equal(
            $"Port {api.Number}, which api needs, is in use by another program: "
            + "stop that one, or change the port in Api/Properties/launchSettings.json.",
            failure.Message);
    }

    [Fact]
    public async Task Copy_that_runs_has_the_resource_services_port_too()
    {
        using var web = Occupy();
        using var service = Occupy();
        var resourceService = Taken("the resource service", service);

        var failure = await Assert.ThrowsAsync<DistributedApplicationException>(
            () => WaitAsync([Taken("web", web), resourceService], resourceService, isOrchestratorAlive: true));

        Assert.Equal(
            $"AuthDemo runs already, perhaps in another terminal: open http://localhost:{PortOf(web)}, "
            + "or stop it with Ctrl+C and start again.",
            failure.Message);
    }

    [Fact]
    public async Task Ports_that_the_orchestrator_of_an_ended_copy_still_holds_are_waited_for()
    {
        var (web, api) = (Occupy(), Occupy());
        var waiting = WaitAsync([Taken("web", web), Taken("api", api)], Free("service"), isOrchestratorAlive: true);
        await Task.Delay(500, TestContext.Current.CancellationToken);
        Assert.False(waiting.IsCompleted);

        web.Dispose(); // one after the other
        await Task.Delay(500, TestContext.Current.CancellationToken);
        api.Dispose();

        await waiting;
    }

    [Fact]
    public async Task Waiting_has_an_end()
    {
        using var web = Occupy();
        using var api = Occupy();
        var watch = Stopwatch.StartNew();

        var failure = await Assert.ThrowsAsync<DistributedApplicationException>(() => FixedPorts.WaitAsync(
            [Taken("web", web), Taken("api", api)], "web", Free("service"), () => true, TimeSpan.FromSeconds(1), CancellationToken.None));

        Assert.DoesNotContain("runs already", failure.Message, StringComparison.Ordinal);
        Assert.True(watch.Elapsed < Patience);
    }

    [Fact]
    public async Task Waiting_can_be_stopped()
    {
        using var web = Occupy();
        using var api = Occupy();
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => FixedPorts.WaitAsync(
            [Taken("web", web), Taken("api", api)], "web", Free("service"), () => true, Patience, stop.Token));
    }

    private static Task WaitAsync(FixedPort[] ports, FixedPort resourceService, bool isOrchestratorAlive = false) =>
        FixedPorts.WaitAsync(ports, "web", resourceService, () => isOrchestratorAlive, Patience, TestContext.Current.CancellationToken);

    private static TcpListener Occupy()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return listener;
    }

    private static int PortOf(TcpListener listener) => ((IPEndPoint)listener.LocalEndpoint).Port;

    private static FixedPort Taken(string owner, TcpListener listener) => new(PortOf(listener), owner, "a setting");

    private static FixedPort Free(string owner)
    {
        using var listener = Occupy();
        return Taken(owner, listener);
    }
}
