using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AuthDemo.AppHost.Flows;

namespace AuthDemo.Tests.Deployment;

/// <summary>A browser that finds every name on this machine, trusts one certificate, and sends Secure cookies over https only.</summary>
/// <param name="address">What relative addresses belong to.</param>
public sealed class HttpsBrowser(X509Certificate2 trusted, Uri address) : IDisposable
{
    public HttpClient Http { get; } = new(CreateHandler(trusted)) { BaseAddress = address };

    public static SocketsHttpHandler CreateHandler(X509Certificate2 trusted) => new()
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        ConnectCallback = async (context, cancellation) =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(IPAddress.Loopback, context.DnsEndPoint.Port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        },
        SslOptions = { CertificateChainPolicy = new() { TrustMode = X509ChainTrustMode.CustomRootTrust, CustomTrustStore = { trusted } } },
    };

    public static X509Certificate2 CreateCertificate(params string[] hosts)
    {
        var request = new CertificateRequest($"CN={hosts[0]}", ECDsa.Create(ECCurve.NamedCurves.nistP256), HashAlgorithmName.SHA256);
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var host in hosts) alternatives.AddDnsName(host);
        request.CertificateExtensions.Add(alternatives.Build());
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddDays(1));
    }

    /// <returns>All answers: of Web, of the identity provider and of Web again, each with its request.</returns>
    public async Task<IReadOnlyList<HttpResponseMessage>> LogInAsync(string name, string returnUrl)
    {
        var begun = await FollowAsync(await Http.GetAsync($"/login?returnUrl={returnUrl}"));
        var page = LoginPage.Find(begun[^1].RequestMessage!.RequestUri!, await begun[^1].Content.ReadAsStringAsync())!;
        return [.. begun, .. await FollowAsync(await Http.PostAsync(page.Action, page.Fill(("username", name), ("password", name))))];
    }

    public void Dispose() => Http.Dispose();

    private async Task<List<HttpResponseMessage>> FollowAsync(HttpResponseMessage answer)
    {
        List<HttpResponseMessage> answers = [answer];
        while (answers[^1].Headers.Location is { } location)
            answers.Add(await Http.GetAsync(new Uri(answers[^1].RequestMessage!.RequestUri!, location)));
        return answers;
    }
}
