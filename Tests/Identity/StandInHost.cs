using AuthDemo.StandIn.Realms;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;

namespace AuthDemo.Tests.Identity;

/// <summary>The stand-in in this process, on a free port of the loopback interface and with new keys.</summary>
public sealed class StandInHost : IDisposable
{
    public const string VarietyFolder = "Tests/Identity/Realms";

    private readonly WebApplicationFactory<Realm> factory;
    private readonly TemporaryFolder realms = new();

    public StandInHost()
        : this(TimeProvider.System)
    {
    }

    internal StandInHost(TimeProvider clock)
    {
        foreach (var file in ((string[])["AppHost/Realms", VarietyFolder]).SelectMany(path => Directory.GetFiles(Repository.PathOf(path))))
            File.Copy(file, Path.Combine(realms.Path, Path.GetFileName(file)));
        factory = new WebApplicationFactory<Realm>().WithWebHostBuilder(host => host
            .UseSetting("REALMS", realms.Path)
            .UseSetting("NEW_KEYS", "true")
            .UseSetting(WebHostDefaults.ServerUrlsKey, "http://127.0.0.1:0")
            .ConfigureTestServices(services => services.AddSingleton(clock)));
        factory.UseKestrel();
        factory.StartServer();
    }

    public IdentityProviderUnderTest Provider => new(factory.ClientOptions.BaseAddress, new Uri("http://localhost:5180"));

    public void Dispose()
    {
        factory.Dispose();
        realms.Dispose();
    }
}
