using System.Net;

namespace AuthDemo.AppHost.Flows;

/// <summary>
/// Keeps cookies as a browser does on loopback: all ports share them (RFC 6265, section 8.5), and those marked Secure go back over plain
/// http. Keycloak marks all of its cookies so; browsers send them because loopback is trustworthy (W3C Secure Contexts, section 3.1),
/// CookieContainer does not.
/// </summary>
public sealed class BrowserCookies : DelegatingHandler
{
    private readonly CookieContainer cookies = new();

    /// <summary>
    /// Sends no traceparent, so that each request begins a trace of its own, and uses no proxy, since it never leaves this machine.
    /// </summary>
    public BrowserCookies()
        : base(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false, UseProxy = false, ActivityHeadersPropagator = null })
    {
    }

    /// <exception cref="VisitException">The address is on another machine: passwords are typed here.</exception>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var address = request.RequestUri!;
        if (!address.IsLoopback) throw new VisitException($"Visitors stay on this machine, and a page sent one to {address.Host}.");

        if (cookies.GetCookieHeader(address) is { Length: > 0 } kept) request.Headers.Add("Cookie", kept);
        var response = await base.SendAsync(request, cancellationToken);
        foreach (var cookie in response.Headers.TryGetValues("Set-Cookie", out var received) ? received : [])
            cookies.SetCookies(address, WithoutSecure(cookie));
        return response;
    }

    private static string WithoutSecure(string cookie) =>
        string.Join(';', cookie.Split(';').Where(part => !part.Trim().Equals("Secure", StringComparison.OrdinalIgnoreCase)));
}
