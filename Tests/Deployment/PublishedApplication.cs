using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;
using AuthDemo.Tests.Identity;

namespace AuthDemo.Tests.Deployment;

/// <summary>
/// Api and Web as they are deployed: published, in Production, behind a real nginx that ends TLS. The stand-in is the identity provider
/// behind the same nginx: at localhost, since Api and Web look its name up.
/// </summary>
public sealed class PublishedApplication : IAsyncDisposable
{
    /// <summary>What nginx calls Api and Web from, so that it is the only trusted proxy: tests call them from 127.0.0.1.</summary>
    public const string ProxyAddress = "127.0.0.2";

    private static readonly TimeSpan PublishTimeout = TimeSpan.FromMinutes(3);

    private readonly TemporaryFolder folder = new();
    private readonly ServerCertificate certificate = new("app.example.com", "api.example.com", "other.example.com", "localhost");
    private readonly NginxServer nginx = new(ProxyAddress);
    private readonly Lazy<Task> start;
    private readonly List<Process> processes = [];
    private readonly int webPort = Ports.FindFree();
    private readonly int apiPort = Ports.FindFree();
    private StandInProcess? standIn;

    public PublishedApplication() => start = new(StartCoreAsync);

    public Uri Web => new($"https://app.example.com:{nginx.WebPort}");

    public Uri Api => new($"https://api.example.com:{nginx.ApiPort}");

    public Uri Provider => new($"https://localhost:{nginx.ProviderPort}");

    /// <summary>The Api's own port, past nginx.</summary>
    public Uri ApiItself => new($"http://127.0.0.1:{apiPort}");

    /// <summary>Web's own port, past nginx.</summary>
    public Uri WebItself => new($"http://127.0.0.1:{webPort}");

    /// <summary>What a browser has to trust.</summary>
    public X509Certificate2 Certificate => certificate.Certificate;

    /// <summary>The first call starts all of them.</summary>
    public Task StartAsync() => start.Value;

    public async ValueTask DisposeAsync()
    {
        foreach (var process in processes)
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }

        nginx.Dispose();
        standIn?.Dispose();
        certificate.Dispose();
        folder.Dispose();
    }

    private async Task StartCoreAsync()
    {
        NginxServer.SkipWhereMissing();
        await PublishAsync("Api");
        await PublishAsync("Web");

        // The stand-in is told of the proxy by the host's own setting, as any service of ASP.NET Core can be.
        standIn = new StandInProcess(
            ("WEB_URL", Web.GetLeftPart(UriPartial.Authority)),
            ("WEB_CLIENT_SECRET", "the secret of this deployment"),
            ("ASPNETCORE_FORWARDEDHEADERS_ENABLED", "true"));
        var provider = await standIn.StartAsync();
        await nginx.StartAsync(certificate, webPort, apiPort, provider.Address.Port);
        var authority = Provider.GetLeftPart(UriPartial.Authority) + "/realms/authdemo";
        await Task.WhenAll(
            RunAsync("Api", apiPort, [.. RequiredSettings.OfApi(authority), ("AllowedHosts", "api.example.com;localhost")]),
            RunAsync("Web", webPort,
            [
                .. RequiredSettings.OfWeb(authority),
                ("AllowedHosts", "app.example.com"),
                ("services:api:https:0", $"https://localhost:{nginx.ApiPort}"),
                ("Authentication:Schemes:OpenIdConnect:ClientSecret", "the secret of this deployment"),
            ]));
    }

    /// <summary>Into a folder of its own, intermediate files too: the checkout may be building at the same time.</summary>
    private async Task PublishAsync(string project)
    {
        // No compiler or build server outlives it: they would keep its output open.
        using var publish = Process.Start(new ProcessStartInfo("dotnet",
        [
            "publish", Repository.PathOf(project), "--artifacts-path", Path.Combine(folder.Path, "build"),
            "-c", "Release", "-o", Path.Combine(folder.Path, project),
            "-v", "quiet", "--nodeReuse:false", "-p:UseSharedCompilation=false",
        ])
        {
            RedirectStandardOutput = true,
        })!;
        using var timeout = new CancellationTokenSource(PublishTimeout);
        try
        {
            var output = await publish.StandardOutput.ReadToEndAsync(timeout.Token);
            await publish.WaitForExitAsync(timeout.Token);
            Assert.True(publish.ExitCode == 0, $"dotnet publish {project} failed: {output}");
        }
        finally
        {
            publish.Kill(entireProcessTree: true);
        }
    }

    private async Task RunAsync(string project, int port, params (string Name, string Value)[] settings)
    {
        var published = Path.Combine(folder.Path, project);
        var info = new ProcessStartInfo("dotnet", [Path.Combine(published, $"{project}.dll"), "--urls", $"http://127.0.0.1:{port}"])
        {
            WorkingDirectory = published,
            RedirectStandardOutput = true,
        };
        info.Environment.Remove("DOTNET_ENVIRONMENT");
        info.Environment.Remove("ASPNETCORE_ENVIRONMENT"); // Production, where nothing else is said
        info.Environment["ForwardedHeaders__TrustedProxies__0"] = ProxyAddress;
        info.Environment["SSL_CERT_FILE"] = certificate.CertificateFile;
        var process = Process.Start(info.UseSettings(settings))!;
        processes.Add(process);
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (!line.Contains("Application started", StringComparison.Ordinal)) continue;
            _ = process.StandardOutput.ReadToEndAsync(); // or it stops once the pipe is full
            return;
        }

        throw new InvalidOperationException($"{project} ended before it listened.");
    }
}
