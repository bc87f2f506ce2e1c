using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace AuthDemo.AppHost.Flows;

/// <summary>
/// Keeps cookies as a browser does on loopback: all ports share them (RFC 6265, section 8.5), and those marked Secure go back over plain
/// http. Keycloak marks all of its cookies so; browsers send them because loopback is trustworthy (W3C Secure Contexts, section 3.1),
/// CookieContainer does not. Sends no traceparent, so that each request begins a trace of its own.
/// </summary>
/// <param name="trust">Which certificates are taken over https; null for those that the machine trusts.</param>
public sealed class BrowserCookies(X509ChainPolicy? trust = null) : DelegatingHandler(new SocketsHttpHandler
{
    AllowAutoRedirect = false,
    UseProxy = false,
    ActivityHeadersPropagator = null,
    SslOptions = { CertificateChainPolicy = trust },
})
{
    /// <exception cref="VisitException">The address is on another machine: passwords are typed here.</exception>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var address = request.RequestUri!;
        if (!address.IsLoopback) throw new VisitException($"Visitors stay on this machine, and a page sent one to {address.Host}.");

        var response = await base.SendAsync(request, cancellationToken);
        foreach (Cookie cookie in ((SocketsHttpHandler)InnerHandler!).CookieContainer.GetAllCookies()) cookie.Secure = false;
        return response;
    }
}
