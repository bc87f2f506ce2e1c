using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using AuthDemo.AppHost.Flows;

namespace AuthDemo.Tests.Deployment;

/// <summary>
/// A browser that finds every name on this machine, trusts one certificate, and sends Secure cookies over https only.
/// </summary>
public sealed class HttpsBrowser : IDisposable
{
    /// <param name="trusted">The only certificate that it takes.</param>
    /// <param name="address">What relative addresses belong to.</param>
    public HttpsBrowser(X509Certificate2 trusted, Uri address) => Http = new HttpClient(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        ConnectCallback = async (context, cancellation) =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(IPAddress.Loopback, context.DnsEndPoint.Port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        },
        SslOptions = new()
        {
            CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                CustomTrustStore = { trusted },
                RevocationMode = X509RevocationMode.NoCheck, // nobody publishes a list for it
            },
        },
    })
    {
        BaseAddress = address,
        Timeout = TimeSpan.FromSeconds(30),
    };

    public HttpClient Http { get; }

    /// <summary>Logs in as somebody of the realm, whose password is the name.</summary>
    /// <returns>All answers: of Web, of the identity provider and of Web again, each with its request.</returns>
    public async Task<IReadOnlyList<HttpResponseMessage>> LogInAsync(string name, string returnUrl)
    {
        var answers = new List<HttpResponseMessage>();
        await FollowAsync(await Http.GetAsync($"/login?returnUrl={returnUrl}"), answers);
        var form = await LoginPage.FindAsync(answers[^1]);
        Assert.NotNull(form);
        await FollowAsync(await Http.PostAsync(form.Action, form.Fill(name, name)), answers);
        return answers;
    }

    public void Dispose() => Http.Dispose();

    private async Task FollowAsync(HttpResponseMessage answer, List<HttpResponseMessage> answers)
    {
        answers.Add(answer);
        while (answer.Headers.Location is { } location)
        {
            answer = await Http.GetAsync(new Uri(answer.RequestMessage!.RequestUri!, location));
            answers.Add(answer);
        }
    }
}
