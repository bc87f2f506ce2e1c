using Microsoft.AspNetCore.HostFiltering;

namespace AuthDemo.StandIn.Hosting;

/// <summary>The stand-in knows passwords in clear and shows them: it is there for this computer only.</summary>
internal static class Loopback
{
    private const string DefaultUrl = "http://localhost:8080";

    /// <summary>Listens where <c>ASPNETCORE_URLS</c> says, which has to be a loopback address, or else where Keycloak does.</summary>
    /// <exception cref="InvalidOperationException">An address is not a loopback address.</exception>
    public static void ListenOnLoopback(this WebApplicationBuilder builder)
    {
        var urls = builder.Configuration[WebHostDefaults.ServerUrlsKey] is { Length: > 0 } configured ? configured : DefaultUrl;
        if (urls.Split(';').FirstOrDefault(url => !Uri.TryCreate(url, UriKind.Absolute, out var uri) || !uri.IsLoopback) is { } other)
        {
            throw new InvalidOperationException(
                $"The stand-in listens on this computer only, not on {other}: let ASPNETCORE_URLS be {DefaultUrl}.");
        }

        builder.WebHost.UseUrls(urls).UseKestrelHttpsConfiguration(); // which a slim builder leaves out
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);

        // Under a name of its own a web page could reach it (DNS rebinding). Ports are not compared: Aspire's proxy has another.
        builder.Services.Configure<HostFilteringOptions>(hosts =>
            (hosts.AllowedHosts, hosts.AllowEmptyHosts) = (["localhost", "127.0.0.1", "[::1]"], false));
    }
}
