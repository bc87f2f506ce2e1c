using AuthDemo.StandIn.Realms;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;

namespace AuthDemo.Tests.Identity;

/// <summary>The stand-in in this process, on a free port of the loopback interface and with new keys.</summary>
public sealed class StandInHost : IDisposable
{
    private readonly WebApplicationFactory<Realm> factory;

    public StandInHost()
        : this("AppHost/Realms")
    {
    }

    internal StandInHost(string realms, TimeProvider? clock = null)
    {
        factory = new WebApplicationFactory<Realm>().WithWebHostBuilder(host => host
            .UseSetting("REALMS", Repository.PathOf(realms))
            .UseSetting("NEW_KEYS", "true")
            .UseSetting(WebHostDefaults.ServerUrlsKey, "http://127.0.0.1:0")
            .ConfigureTestServices(services => services.AddSingleton(clock ?? TimeProvider.System)));
        factory.UseKestrel();
        factory.StartServer();
    }

    public IdentityProviderUnderTest Provider => new(factory.ClientOptions.BaseAddress, new Uri("http://localhost:5180"));

    public void Dispose() => factory.Dispose();
}
