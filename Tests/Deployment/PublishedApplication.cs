using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
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
    private readonly List<Process> processes = [];
    private readonly CancellationTokenSource timeout = new(TimeSpan.FromMinutes(15));
    private readonly Socket port = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private StandInProcess? standIn;
    private Task? start;

    public PublishedApplication()
    {
        // nginx cannot choose a port itself. This one stays bound, so that nobody else gets it; nginx shares it.
        port.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        port.Bind(new IPEndPoint(IPAddress.Loopback, 0));
    }

    public Uri Web => new($"https://app.example.com:{Port}");
    public Uri Api => new($"https://api.example.com:{Port}");
    public Uri Provider => new($"https://localhost:{Port}");

    // Past nginx:
    public Uri ApiItself { get; private set; } = null!;
    public Uri WebItself { get; private set; } = null!;
    public X509Certificate2 Certificate { get; } =
        HttpsBrowser.CreateCertificate("app.example.com", "api.example.com", "other.example.com", "localhost");

    public Task StartAsync()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "nginx calls from a loopback address of its own, which only Linux has.");
        Assert.SkipWhen(Nginx is null, "No nginx is installed: install the package nginx-light.");
        return start ??= StartCoreAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in processes)
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }

        if (File.Exists(InFolder("nginx.pid"))) await RunAsync(Nginx!, [.. NginxArguments, "-s", "stop"]);
        standIn?.Dispose();
        port.Dispose();
        folder.Dispose();
        timeout.Dispose();
    }

    private async Task StartCoreAsync()
    {
        await File.WriteAllTextAsync(InFolder("certificate.pem"), Certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(InFolder("key.pem"), Certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        foreach (var project in (string[])["Api", "Web"])
        {
            // Into a folder of its own, since the checkout may be building at the same time. No compiler or build server outlives it:
            // they would keep its output open.
            await RunAsync("dotnet", "publish", Repository.PathOf(project), "--artifacts-path", InFolder("build"), "-c", "Release",
                "-o", InFolder(project), "-v", "quiet", "--nodeReuse:false", "-p:UseSharedCompilation=false");
        }

        // The stand-in is told of the proxy by the host's own setting, as any service of ASP.NET Core can be.
        standIn = new StandInProcess(
            ("WEB_URL", Web.GetLeftPart(UriPartial.Authority)),
            ("WEB_CLIENT_SECRET", "the secret of this deployment"),
            ("ASPNETCORE_FORWARDEDHEADERS_ENABLED", "true"));
        var authority = new Uri(Provider, "/realms/authdemo").ToString();
        ApiItself = await StartAsync("Api", [.. RequiredSettings.OfApi(authority), ("AllowedHosts", "api.example.com;localhost")]);
        WebItself = await StartAsync("Web",
        [
            .. RequiredSettings.OfWeb(authority, api: $"http://localhost:{ApiItself.Port}"), // within a private network
            ("AllowedHosts", "app.example.com"),
            ("Authentication:Schemes:OpenIdConnect:ClientSecret", "the secret of this deployment"),
        ]);
        await StartNginxAsync((await standIn.StartAsync()).Address.Port);
    }

    private int Port => ((IPEndPoint)port.LocalEndPoint!).Port;

    private string[] NginxArguments => ["-p", folder.Path, "-c", "nginx.conf", "-e", "error.log"];

    private string InFolder(string name) => Path.Combine(folder.Path, name);

    private async Task StartNginxAsync(int provider)
    {
        var page = await File.ReadAllTextAsync(Repository.PathOf("docs/deploy.md"));
        var configuration = Regex.Match(page, "```nginx\n(.*?)```", RegexOptions.Singleline).Groups[1].Value;
        foreach (var (text, replacement) in ((string, string)[])
            [
                (" server 127.0.0.1:5190;", ""), // there is one process of each
                (" server 127.0.0.1:5191;", ""),
                ("127.0.0.1:5180", WebItself.Authority),
                ("127.0.0.1:5181", ApiItself.Authority),
                ("127.0.0.1:8080", $"127.0.0.1:{provider}"),
                ("/etc/ssl/example.com.crt", "certificate.pem"),
                ("/etc/ssl/example.com.key", "key.pem"),
                ("listen 443", $"listen 127.0.0.1:{Port}"),
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
        await RunAsync(Nginx!, NginxArguments);
    }

    private async Task RunAsync(string program, params string[] arguments)
    {
        var info = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(info)!;
        var errors = process.StandardError.ReadToEndAsync(timeout.Token);
        var output = await process.StandardOutput.ReadToEndAsync(timeout.Token);
        await process.WaitForExitAsync(timeout.Token);
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)} failed: {output}{await errors}");
    }

    private async Task<Uri> StartAsync(string project, (string Name, string Value)[] settings)
    {
        var info = new ProcessStartInfo("dotnet", [InFolder($"{project}/{project}.dll"), "--urls", "http://127.0.0.1:0"])
        {
            WorkingDirectory = InFolder(project),
            RedirectStandardOutput = true,
        };
        info.Environment.Remove("DOTNET_ENVIRONMENT");
        info.Environment.Remove("ASPNETCORE_ENVIRONMENT"); // Production, where nothing else is said
        info.UseSettings(("ForwardedHeaders:TrustedProxies:0", ProxyAddress), ("SSL_CERT_FILE", InFolder("certificate.pem")));
        var process = Process.Start(info.UseSettings(settings))!;
        processes.Add(process);
        while (await process.StandardOutput.ReadLineAsync(timeout.Token) is { } line)
        {
            if (!line.Contains("Now listening on: ", StringComparison.Ordinal)) continue;
            _ = process.StandardOutput.ReadToEndAsync(CancellationToken.None); // or it stops once the pipe is full
            return new(line.Split("Now listening on: ")[1].Trim());
        }

        throw new InvalidOperationException($"{project} ended before it listened.");
    }
}
