using System.Net.Sockets;
using System.Text;
using AuthDemo.ServiceDefaults;
using Microsoft.Extensions.Hosting;

namespace AuthDemo.Tests.Api;

/// <summary>What a copy of the Api in Production does, with and without a proxy in front.</summary>
public sealed class ProductionTests(ProductionApi production, ProductionTests.BehindProxy behindProxy, RunningApi development)
    : IClassFixture<ProductionApi>, IClassFixture<ProductionTests.BehindProxy>, IClassFixture<RunningApi>
{
    private static void ForwardAs(HttpRequestMessage message, string scheme, string address)
    {
        message.Headers.Add("X-Forwarded-Proto", scheme);
        message.Headers.Add("X-Forwarded-For", address);
    }

    [Fact]
    public async Task Trusted_proxy_s_scheme_is_the_scheme_of_the_resource_metadata()
    {
        var answer = await behindProxy.SendAsync("GET /badge", null, message => ForwardAs(message, "https", "192.0.2.1"));
        answer.AssertError(401, Reasons.NoCredentials);
        Assert.Contains("resource_metadata=\"https://", answer.Challenge);
        var metadata = await behindProxy.SendAsync(
            "GET /.well-known/oauth-protected-resource", null, message => ForwardAs(message, "https", "192.0.2.1"));
        Assert.StartsWith("https://", metadata.Text("resource"));
    }

    [Fact]
    public async Task Without_a_trusted_proxy_forwarded_headers_are_ignored_though_the_connection_is_from_this_machine()
    {
        var answer = await production.SendAsync("GET /badge", null, message => ForwardAs(message, "https", "10.20.0.1"));
        Assert.Contains("resource_metadata=\"http://", answer.Challenge);
        (await production.SendAsync("GET /intercom", null, message => ForwardAs(message, "https", "10.20.0.1")))
            .AssertError(403, Reasons.NetworkNotAllowed);
    }

    [Fact]
    public async Task Document_is_there_in_Development_only()
    {
        Assert.Equal(200, (await development.SendAsync("GET /openapi/v1.json")).Status);
        (await production.SendAsync("GET /openapi/v1.json")).AssertError(404, Reasons.NotFound);
    }

    [Theory]
    [InlineData("GET /lobby")]
    [InlineData("GET /badge")]
    [InlineData("GET /nowhere")]
    [InlineData("GET /health")]
    public async Task Nobody_keeps_an_answer_or_guesses_its_type(string request)
    {
        foreach (var api in (RunningApi[])[production, development])
        {
            var headers = (await api.SendAsync(request)).Headers;
            Assert.Contains("no-store", headers["Cache-Control"]);
            Assert.Equal("nosniff", headers["X-Content-Type-Options"]);
            Assert.DoesNotContain("Server", headers.Keys);
        }
    }

    [Fact]
    public async Task Caller_over_https_is_told_to_stay_with_it_for_a_year()
    {
        Assert.Equal("max-age=31536000", await TransportSecurityAsync(behindProxy, "https", "api.example"));
        Assert.Null(await TransportSecurityAsync(behindProxy, "http", "api.example")); // RFC 6797, section 7.2
        Assert.Null(await TransportSecurityAsync(behindProxy, "https", "localhost"));
        Assert.Null(await TransportSecurityAsync(production, "https", "localhost"));

        static async Task<string?> TransportSecurityAsync(RunningApi api, string scheme, string host)
        {
            var answer = await api.SendAsync("GET /badge", null, message =>
            {
                ForwardAs(message, scheme, "192.0.2.1");
                message.Headers.Host = host;
            });
            answer.AssertError(401, Reasons.NoCredentials);
            return answer.Headers.GetValueOrDefault("Strict-Transport-Security");
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("Host: evil.example\r\n")]
    public async Task Unknown_host_is_a_bad_request_and_no_answer_names_it(string host)
    {
        var answer = await RawRequest.ReadAsync(production, $"GET /badge HTTP/1.1\r\nConnection: close\r\n{host}\r\n");
        Assert.StartsWith("HTTP/1.1 400 ", answer);
        Assert.DoesNotContain("evil", answer);
    }

    public sealed class BehindProxy() : RunningApi(Environments.Production, null,
        ("ForwardedHeaders:TrustedProxies:0", "127.0.0.1"), ("AllowedHosts", "localhost;127.0.0.1;api.example"));
}

/// <summary>A request written byte by byte.</summary>
internal static class RawRequest
{
    public static Task<string> SendAsync(RunningApi api, string request, string headers, string body = "") =>
        ReadAsync(api, $"{request} HTTP/1.1\r\nHost: {api.Client.BaseAddress!.Authority}\r\nConnection: close\r\n{headers}\r\n{body}");

    /// <summary>The answer; empty where the connection ended without one.</summary>
    public static async Task<string> ReadAsync(RunningApi api, string request)
    {
        var address = api.Client.BaseAddress!;
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port, TestContext.Current.CancellationToken);
        await using var stream = client.GetStream();
        try
        {
            await stream.WriteAsync(Encoding.UTF8.GetBytes(request), TestContext.Current.CancellationToken);
            using var reader = new StreamReader(stream);
            return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
        }
        catch (IOException)
        {
            return "";
        }
    }
}
