using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using AuthDemo.Tests.Identity;

namespace AuthDemo.Tests.Deployment;

/// <summary>
/// A real nginx with the configuration of docs/deploy.md; only ports, files and the address that it calls from are its own.
/// </summary>
/// <param name="callsFrom">The address that the services behind it see.</param>
public sealed partial class NginxServer(string callsFrom) : IDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(10);

    private readonly TemporaryFolder folder = new();
    private Process? process;

    public int WebPort { get; } = Ports.FindFree();

    public int ApiPort { get; } = Ports.FindFree();

    public int ProviderPort { get; } = Ports.FindFree();

    /// <summary>Skips the test, with the reason, where no nginx can be run as this one is.</summary>
    public static void SkipWhereMissing()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "nginx calls from a loopback address of its own, which only Linux has.");
        Assert.SkipWhen(FindProgram() is null, "No nginx is installed: install the package nginx-light.");
    }

    /// <param name="certificate">What it ends TLS with.</param>
    /// <param name="web">Web's own port.</param>
    /// <param name="api">The Api's own port.</param>
    /// <param name="provider">The identity provider's own port.</param>
    public async Task StartAsync(ServerCertificate certificate, int web, int api, int provider)
    {
        var configuration = Path.Combine(folder.Path, "nginx.conf");
        await File.WriteAllTextAsync(configuration, $$"""
            error_log stderr;
            pid nginx.pid;
            master_process off; # one process, which ends as a whole
            events { }
            http {
                access_log off;
                client_body_temp_path body;
                proxy_temp_path proxy;
                fastcgi_temp_path fastcgi;
                uwsgi_temp_path uwsgi;
                scgi_temp_path scgi;
                proxy_bind {{callsFrom}};
                {{Adapt(ReadDocumented(), certificate, web, api, provider)}}
            }
            """);
        process = Process.Start(new ProcessStartInfo(FindProgram()!, ["-c", configuration, "-p", folder.Path, "-g", "daemon off;"])
        {
            RedirectStandardError = true,
        })!;
        var error = process.StandardError.ReadToEndAsync();
        using var timeout = new CancellationTokenSource(StartTimeout);
        foreach (var port in new[] { WebPort, ApiPort, ProviderPort })
        {
            while (!await ListensAsync(port, timeout.Token))
            {
                if (process.HasExited) throw new InvalidOperationException($"nginx ended before it listened: {await error}");
                await Task.Delay(50, timeout.Token);
            }
        }
    }

    public void Dispose()
    {
        if (process is not null)
        {
            process.Kill();
            process.WaitForExit();
            process.Dispose();
        }

        folder.Dispose();
    }

    private string Adapt(string documented, ServerCertificate certificate, int web, int api, int provider)
    {
        (string Text, string Replacement)[] changes =
        [
            (" server 127.0.0.1:5190;", ""), // there is one process of each
            (" server 127.0.0.1:5191;", ""),
            ("server 127.0.0.1:5180;", $"server 127.0.0.1:{web};"),
            ("server 127.0.0.1:5181;", $"server 127.0.0.1:{api};"),
            ("server 127.0.0.1:8080;", $"server 127.0.0.1:{provider};"),
            ("/etc/ssl/example.com.crt", certificate.CertificateFile),
            ("/etc/ssl/example.com.key", certificate.KeyFile),
            ("listen 443 ssl; server_name app.", $"listen 127.0.0.1:{WebPort} ssl; server_name app."),
            ("listen 443 ssl; server_name api.", $"listen 127.0.0.1:{ApiPort} ssl; server_name api."),
            ("listen 443 ssl; server_name login.", $"listen 127.0.0.1:{ProviderPort} ssl; server_name login."),
        ];
        foreach (var (text, replacement) in changes)
        {
            Assert.Contains(text, documented);
            documented = documented.Replace(text, replacement, StringComparison.Ordinal);
        }

        return documented;
    }

    private static string ReadDocumented() =>
        Assert.Single(Block().Matches(File.ReadAllText(Repository.PathOf("docs/deploy.md")))).Groups["configuration"].Value;

    private static async Task<bool> ListensAsync(int port, CancellationToken cancellation)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, port, cancellation);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    // Debian has it in sbin, which is not on everybody's path.
    private static string? FindProgram() => Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator).Append("/usr/sbin")
        .Select(path => Path.Combine(path, "nginx")).FirstOrDefault(File.Exists);

    [GeneratedRegex("```nginx\n(?<configuration>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();
}
