using AuthDemo.AppHost.Flows;
using AuthDemo.Tests.Identity;
using AuthDemo.Web.Lab.Scenarios;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AuthDemo.Tests.Web;

/// <summary>Web with the stand-in, which starts again with new keys, as a Keycloak without a volume does.</summary>
[Trait("Needs", "Processes")]
public sealed class NewKeysTests : IDisposable
{
    private readonly int providerPort = Ports.FindFree();
    private readonly WebAtStandIn web;
    private readonly Uri address;
    private StandInProcess? standIn;

    public NewKeysTests()
    {
        web = new WebAtStandIn(providerPort);
        web.UseKestrel(0);
        web.StartServer();
        address = new Uri($"http://localhost:{web.ClientOptions.BaseAddress.Port}");
    }

    [Fact]
    public async Task First_login_works_after_each_start_and_older_sessions_log_out_and_come_back()
    {
        var older = new List<Visitor>();
        for (var start = 0; start < 4; start++)
        {
            await StartAgainAsync();
            var alice = new Visitor(address);
            await alice.LogInAsync("alice", "alice", cancellation: TestContext.Current.CancellationToken);
            older.Add(alice);
        }

        foreach (var visitor in older)
        {
            await visitor.LogOutAsync(TestContext.Current.CancellationToken);
            visitor.Dispose();
        }
    }

    public void Dispose()
    {
        web.Dispose();
        standIn?.Dispose();
    }

    private async Task StartAgainAsync()
    {
        standIn?.Dispose();
        standIn = new StandInProcess(
            ("ASPNETCORE_URLS", $"http://127.0.0.1:{providerPort}"), ("WEB_URL", address.GetLeftPart(UriPartial.Authority)));
        await standIn.StartAsync();
    }

    private sealed class WebAtStandIn(int providerPort) : WebApplicationFactory<Scenario>
    {
        protected override void ConfigureWebHost(IWebHostBuilder builder) => builder
            .UseEnvironment(Environments.Development)
            .UseSettings(RequiredSettings.OfWeb($"http://localhost:{providerPort}/realms/authdemo"))
            .ConfigureLogging(logging => logging.ClearProviders());
    }
}
