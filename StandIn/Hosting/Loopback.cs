using System.Net;

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
        foreach (var url in urls.Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || !address.IsLoopback)
            {
                throw new InvalidOperationException(
                    $"The stand-in listens on this computer only, not on {url}: let ASPNETCORE_URLS be {DefaultUrl}.");
            }
        }

        builder.WebHost.UseUrls(urls).UseKestrelHttpsConfiguration(); // which a slim builder leaves out
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
    }

    /// <summary>
    /// Answers requests from this computer to a loopback name only: otherwise a web page could reach it under a name of its own (DNS
    /// rebinding). The port is not compared, since Aspire's proxy has another.
    /// </summary>
    public static void UseLoopbackOnly(this WebApplication app) => app.Use((context, next) =>
    {
        var isLocal = context.Connection.RemoteIpAddress is { } caller && IPAddress.IsLoopback(caller);
        if (isLocal && context.Request.Host.Host.ToLowerInvariant() is "localhost" or "127.0.0.1" or "[::1]") return next(context);

        var refusal = Results.Text("This stand-in answers on http://localhost only.", statusCode: StatusCodes.Status400BadRequest);
        return refusal.ExecuteAsync(context);
    });
}
