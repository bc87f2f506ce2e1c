using Microsoft.AspNetCore.HostFiltering;

namespace AuthDemo.StandIn.Hosting;

/// <summary>Restricts the stand-in to this computer, because it stores and shows passwords in plain text.</summary>
internal static class Loopback
{
    private const string DefaultUrl = "http://localhost:8080";

    /// <summary>Listens on <c>ASPNETCORE_URLS</c>, which must be loopback addresses; by default on Keycloak's port.</summary>
    /// <exception cref="InvalidOperationException">An address is not loopback.</exception>
    public static void ListenOnLoopback(this WebApplicationBuilder builder)
    {
        var urls = builder.Configuration[WebHostDefaults.ServerUrlsKey] is { Length: > 0 } configured ? configured : DefaultUrl;
        if (urls.Split(';').FirstOrDefault(url => !Uri.TryCreate(url, UriKind.Absolute, out var uri) || !uri.IsLoopback) is { } other)
        {
            throw new InvalidOperationException(
                $"The stand-in listens on this computer only, not on {other}: let ASPNETCORE_URLS be {DefaultUrl}.");
        }

        builder.WebHost.UseUrls(urls).UseKestrelHttpsConfiguration(); // not included in a slim builder
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);

        // Prevents DNS rebinding. Ports are not compared, because Aspire's proxy has a different one.
        builder.Services.Configure<HostFilteringOptions>(hosts =>
            (hosts.AllowedHosts, hosts.AllowEmptyHosts) = (["localhost", "127.0.0.1", "[::1]"], false));
    }
}
