using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace AuthDemo.AppHost.Flows;

/// <summary>
/// Handles cookies as a browser does on loopback: all ports share them (RFC 6265, section 8.5), and Secure cookies are sent over http,
/// since loopback is trustworthy (W3C Secure Contexts, section 3.1). CookieContainer does not send Keycloak's, which are all Secure. Sends
/// no traceparent, so that each request starts a trace.
/// </summary>
/// <param name="trust">The accepted server certificates; null for the default validation.</param>
public sealed class BrowserCookies(X509ChainPolicy? trust = null) : DelegatingHandler(new SocketsHttpHandler
{
    AllowAutoRedirect = false,
    UseProxy = false,
    ActivityHeadersPropagator = null,
    SslOptions = { CertificateChainPolicy = trust },
})
{
    /// <exception cref="VisitException">The URL is not loopback; passwords are not sent to other machines.</exception>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var address = request.RequestUri!;
        if (!address.IsLoopback) throw new VisitException($"Visitors stay on this machine, and a page sent one to {address.Host}.");

        var response = await base.SendAsync(request, cancellationToken);
        foreach (Cookie cookie in ((SocketsHttpHandler)InnerHandler!).CookieContainer.GetAllCookies()) cookie.Secure = false;
        return response;
    }
}
