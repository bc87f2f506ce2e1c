using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using AuthDemo.Tests.Identity;

namespace AuthDemo.Tests.Deployment;

/// <summary>
/// Api and Web as they are deployed: published, in Production, behind a real nginx that ends TLS, with the configuration of docs/deploy.md.
/// The stand-in is the identity provider behind the same nginx: at localhost, since Api and Web look its name up.
/// </summary>
public sealed class PublishedApplication : IAsyncDisposable
{
    /// <summary>What nginx calls Api and Web from, so that it is the only trusted proxy: tests call them from 127.0.0.1.</summary>
    private const string ProxyAddress = "127.0.0.2";

    // Debian has it in sbin, which is not on everybody's path.
    private static readonly string? Nginx = Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator).Append("/usr/sbin")
        .Select(path => Path.Combine(path, "nginx")).FirstOrDefault(File.Exists);

    private readonly TemporaryFolder folder = new();
    private readonly Lazy<Task> start;
    private readonly List<Process> processes = [];
    private readonly (int Nginx, int Web, int Api) port = (Ports.FindFree(), Ports.FindFree(), Ports.FindFree());
    private StandInProcess? standIn;

    public PublishedApplication() => start = new(StartCoreAsync);

    public Uri Web => new($"https://app.example.com:{port.Nginx}");

    public Uri Api => new($"https://api.example.com:{port.Nginx}");

    public Uri Provider => new($"https://localhost:{port.Nginx}");

    /// <summary>Past nginx.</summary>
    public Uri ApiItself => new($"http://127.0.0.1:{port.Api}");

    /// <inheritdoc cref="ApiItself"/>
    public Uri WebItself => new($"http://127.0.0.1:{port.Web}");

    /// <summary>What a browser has to trust.</summary>
    public X509Certificate2 Certificate { get; } =
        HttpsBrowser.CreateCertificate("app.example.com", "api.example.com", "other.example.com", "localhost");

    /// <summary>The first call starts all of them.</summary>
    public Task StartAsync()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "nginx calls from a loopback address of its own, which only Linux has.");
        Assert.SkipWhen(Nginx is null, "No nginx is installed: install the package nginx-light.");
        return start.Value;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in processes)
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }

        if (File.Exists(InFolder("nginx.pid"))) await RunNginxAsync("-s", "stop");
        standIn?.Dispose();
        folder.Dispose();
    }

    private async Task StartCoreAsync()
    {
        await File.WriteAllTextAsync(InFolder("certificate.pem"), Certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(InFolder("key.pem"), Certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        await PublishAsync("Api");
        await PublishAsync("Web");

        // The stand-in is told of the proxy by the host's own setting, as any service of ASP.NET Core can be.
        standIn = new StandInProcess(
            ("WEB_URL", Web.GetLeftPart(UriPartial.Authority)),
            ("WEB_CLIENT_SECRET", "the secret of this deployment"),
            ("ASPNETCORE_FORWARDEDHEADERS_ENABLED", "true"));
        await StartNginxAsync((await standIn.StartAsync()).Address.Port);
        var authority = new Uri(Provider, "/realms/authdemo").ToString();
        await RunAsync("Api", ApiItself, [.. RequiredSettings.OfApi(authority), ("AllowedHosts", "api.example.com;localhost")]);
        await RunAsync("Web", WebItself,
        [
            .. RequiredSettings.OfWeb(authority, api: $"http://localhost:{port.Api}"), // within a private network
            ("AllowedHosts", "app.example.com"),
            ("Authentication:Schemes:OpenIdConnect:ClientSecret", "the secret of this deployment"),
        ]);
    }

    private string InFolder(string name) => Path.Combine(folder.Path, name);

    /// <summary>Into a folder of its own, intermediate files too: the checkout may be building at the same time.</summary>
    private async Task PublishAsync(string project)
    {
        // No compiler or build server outlives it: they would keep its output open.
        using var publish = Process.Start(new ProcessStartInfo("dotnet",
        [
            "publish", Repository.PathOf(project), "--artifacts-path", InFolder("build"), "-c", "Release", "-o", InFolder(project),
            "-v", "quiet", "--nodeReuse:false", "-p:UseSharedCompilation=false",
        ])
        {
            RedirectStandardOutput = true,
        })!;
        var output = await publish.StandardOutput.ReadToEndAsync();
        await publish.WaitForExitAsync();
        Assert.True(publish.ExitCode == 0, $"dotnet publish {project} failed: {output}");
    }

    /// <summary>Only port, files and the address that it calls from are not the documented ones.</summary>
    private async Task StartNginxAsync(int provider)
    {
        var page = await File.ReadAllTextAsync(Repository.PathOf("docs/deploy.md"));
        var configuration = Regex.Match(page, "```nginx\n(.*?)```", RegexOptions.Singleline).Groups[1].Value;
        foreach (var (text, replacement) in ((string, string)[])
            [
                (" server 127.0.0.1:5190;", ""), // there is one process of each
                (" server 127.0.0.1:5191;", ""),
                ("127.0.0.1:5180", $"127.0.0.1:{port.Web}"),
                ("127.0.0.1:5181", $"127.0.0.1:{port.Api}"),
                ("127.0.0.1:8080", $"127.0.0.1:{provider}"),
                ("/etc/ssl/example.com.crt", "certificate.pem"),
                ("/etc/ssl/example.com.key", "key.pem"),
                ("listen 443", $"listen 127.0.0.1:{port.Nginx}"),
                ("server_name login.example.com", "server_name localhost"),
            ])
        {
            Assert.Contains(text, configuration);
            configuration = configuration.Replace(text, replacement, StringComparison.Ordinal);
        }

        string[] temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
        await File.WriteAllTextAsync(InFolder("nginx.conf"), $$"""
            pid nginx.pid;
            master_process off;
            events { }
            http {
                access_log off;
                {{string.Join(' ', temporary.Select(part => $"{part}_temp_path {part};"))}}
                proxy_bind {{ProxyAddress}};
                {{configuration}}
            }
            """);
        Assert.True(await RunNginxAsync() == 0, await File.ReadAllTextAsync(InFolder("error.log")));
    }

    private async Task<int> RunNginxAsync(params string[] arguments)
    {
        using var process = Process.Start(Nginx!, ["-p", folder.Path, "-c", "nginx.conf", "-e", "error.log", .. arguments]);
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    private async Task RunAsync(string project, Uri address, params (string Name, string Value)[] settings)
    {
        var info = new ProcessStartInfo("dotnet", [InFolder($"{project}/{project}.dll"), "--urls", address.ToString()])
        {
            WorkingDirectory = InFolder(project),
            RedirectStandardOutput = true,
        };
        info.Environment.Remove("DOTNET_ENVIRONMENT");
        info.Environment.Remove("ASPNETCORE_ENVIRONMENT"); // Production, where nothing else is said
        info.Environment["ForwardedHeaders__TrustedProxies__0"] = ProxyAddress;
        info.Environment["SSL_CERT_FILE"] = InFolder("certificate.pem");
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
