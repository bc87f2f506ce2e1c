using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AuthDemo.AppHost.Flows;
using AuthDemo.Tests.Web;

namespace AuthDemo.Tests.Deployment;

/// <summary>A browser that finds every name on this machine, trusts one certificate, and sends Secure cookies over https only.</summary>
/// <param name="trusted">The only certificate that it takes.</param>
/// <param name="address">What relative addresses belong to.</param>
public sealed class HttpsBrowser(X509Certificate2 trusted, Uri address) : IDisposable
{
    public HttpClient Http { get; } = new(CreateHandler(trusted)) { BaseAddress = address, Timeout = TimeSpan.FromMinutes(2) };

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

    /// <summary>A certificate that signs itself.</summary>
    /// <param name="names">The host names that it is for.</param>
    public static X509Certificate2 CreateCertificate(params string[] names)
    {
        var request = new CertificateRequest($"CN={names[0]}", ECDsa.Create(ECCurve.NamedCurves.nistP256), HashAlgorithmName.SHA256);
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names) alternatives.AddDnsName(name);
        request.CertificateExtensions.Add(alternatives.Build());
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddDays(1));
    }

    /// <summary>Logs in as somebody of the realm, whose password is the name.</summary>
    /// <returns>All answers: of Web, of the identity provider and of Web again, each with its request.</returns>
    public async Task<IReadOnlyList<HttpResponseMessage>> LogInAsync(string name, string returnUrl)
    {
        var begun = await FollowAsync(await Http.GetAsync($"/login?returnUrl={returnUrl}"));
        var page = LoginPage.Find(begun[^1].RequestMessage!.RequestUri!, await begun[^1].Content.ReadAsStringAsync())!;
        return [.. begun, .. await FollowAsync(await Http.PostAsync(page.Action, page.Fill(("username", name), ("password", name))))];
    }

    public async Task<HttpResponseMessage> RunScenarioAsync(string scenario)
    {
        Http.DefaultRequestHeaders.Add("Accept", "application/json");
        var answer = await Http.SendFormAsync($"/lab/{scenario}", $"/lab/run/{scenario}");
        Http.DefaultRequestHeaders.Remove("Accept");
        return answer;
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
