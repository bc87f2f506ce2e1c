using System.Net;
using System.Net.Sockets;
using AuthDemo.AppHost.Startup;

namespace AuthDemo.Tests.AppHost;

/// <summary>What a start says about ports that are taken.</summary>
public sealed class FixedPortsTests
{
    private static readonly FixedPort Own = new(18891, "the AppHost", "a setting");
    private static readonly FixedPort Api = new(5181, "api", "Api/Properties/launchSettings.json");
    private static readonly FixedPort Web = new(5180, "web", "Web/Properties/launchSettings.json");

    [Fact]
    public async Task Free_ports_let_the_start_go_on() => Assert.Null(await FindTakenAsync());

    [Fact]
    public async Task One_port_alone_is_of_another_program() => Assert.Equal(Api, await FindTakenAsync([Api]));

    [Fact]
    public async Task Copy_that_runs_has_the_AppHosts_own_port_too() => Assert.Equal(Own, await FindTakenAsync([Web, Api, Own]));

    [Fact]
    public async Task Ports_that_a_stopped_run_still_holds_are_waited_for_until_the_last_is_free() =>
        Assert.Null(await FindTakenAsync([Web, Api], [Web], []));

    [Fact]
    public async Task Port_with_a_listener_is_not_free()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;

        Assert.False(FixedPorts.IsFree(port));
        using var appHost = new AppHostProcess(
            ["--IdentityProvider=StandIn", $"--ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL=http://localhost:{port}"]);
        await appHost.AssertRefusedAsync($"Port {port}, which the AppHost needs, is in use: stop the program that has it");
    }

    /// <param name="rounds">What is taken whenever the ports are looked at; the last stays so.</param>
    private static Task<FixedPort?> FindTakenAsync(params FixedPort[][] rounds)
    {
        FixedPort[] ports = [Own, Web, Api];
        var looks = 0;
        return FixedPorts.FindTakenAsync(ports, IsFree, TestContext.Current.CancellationToken);

        bool IsFree(int port)
        {
            var round = Math.Min(looks++ / ports.Length, rounds.Length - 1);
            return round < 0 || !rounds[round].Any(taken => taken.Number == port);
        }
    }
}
