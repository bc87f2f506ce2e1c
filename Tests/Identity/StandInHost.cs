using AuthDemo.StandIn.Realms;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace AuthDemo.Tests.Identity;

/// <summary>The stand-in in this process, on a free port of the loopback interface and with new keys.</summary>
public sealed class StandInHost : IDisposable
{
    private readonly Lazy<WebApplicationFactory<Realm>> factory;

    /// <summary>With the realm files of the AppHost, and on this computer's clock.</summary>
    public StandInHost()
        : this("AppHost/Realms")
    {
    }

    /// <param name="realms">The folder of its realm files, from the root of the repository.</param>
    /// <param name="clock">The clock that it goes by.</param>
    internal StandInHost(string realms, TimeProvider? clock = null) => factory = new(() =>
    {
        var standIn = new WebApplicationFactory<Realm>().WithWebHostBuilder(host => host
            .UseSetting("REALMS", Repository.PathOf(realms))
            .UseSetting("NEW_KEYS", "true")
            .UseSetting(WebHostDefaults.ServerUrlsKey, "http://127.0.0.1:0")
            .ConfigureTestServices(services => services.AddFakeLogging().AddSingleton(clock ?? TimeProvider.System)));
        standIn.UseKestrel();
        standIn.StartServer();
        return standIn;
    });

    /// <summary>The first call starts it.</summary>
    public IdentityProviderUnderTest Provider => new(factory.Value.ClientOptions.BaseAddress, new Uri("http://localhost:5180"));

    /// <summary>What it has logged.</summary>
    internal FakeLogCollector Logs => factory.Value.Services.GetFakeLogCollector();

    public void Dispose()
    {
        if (factory.IsValueCreated) factory.Value.Dispose();
    }
}
