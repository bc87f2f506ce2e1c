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
        var answer = await behindProxy.Api.SendAsync("GET /badge", null, message => ForwardAs(message, "https", "192.0.2.1"));
        answer.AssertRefused(401, Reasons.NoCredentials);
        Assert.Contains("resource_metadata=\"https://", answer.Challenge);
        var metadata = await behindProxy.Api.SendAsync(
            "GET /.well-known/oauth-protected-resource", null, message => ForwardAs(message, "https", "192.0.2.1"));
        Assert.StartsWith("https://", metadata.Text("resource"));
    }

    [Fact]
    public async Task Without_a_trusted_proxy_forwarded_headers_are_ignored_though_the_connection_is_from_this_machine()
    {
        var answer = await production.Api.SendAsync("GET /badge", null, message => ForwardAs(message, "https", "10.20.0.1"));
        Assert.Contains("resource_metadata=\"http://", answer.Challenge);
        (await production.Api.SendAsync("GET /intercom", null, message => ForwardAs(message, "https", "10.20.0.1")))
            .AssertRefused(403, Reasons.NetworkNotAllowed);
    }

    [Fact]
    public async Task Document_is_there_in_Development_only()
    {
        Assert.Equal(200, (await development.SendAsync("GET /openapi/v1.json")).Status);
        (await production.Api.SendAsync("GET /openapi/v1.json")).AssertRefused(404, Reasons.NotFound);
    }

    [Theory]
    [InlineData("GET /lobby")]
    [InlineData("GET /badge")]
    [InlineData("GET /intercom")]
    [InlineData("GET /nowhere")]
    [InlineData("PATCH /lobby")]
    [InlineData("GET /.well-known/oauth-protected-resource")]
    [InlineData("GET /health")]
    public async Task Nobody_keeps_an_answer_or_guesses_its_type(string request)
    {
        foreach (var api in (RunningApi[])[production.Api, development])
        {
            var headers = (await api.SendAsync(request)).Headers;
            Assert.Contains("no-store", headers["Cache-Control"]);
            Assert.Equal("nosniff", headers["X-Content-Type-Options"]);
        }
    }

    [Fact]
    public async Task Caller_over_https_is_told_to_stay_with_it_for_a_year()
    {
        Assert.Equal("max-age=31536000", await TransportSecurityAsync(behindProxy.Api, "https", "api.example"));
        Assert.Null(await TransportSecurityAsync(behindProxy.Api, "http", "api.example")); // RFC 6797, section 7.2
        Assert.Null(await TransportSecurityAsync(behindProxy.Api, "https", "localhost"));
        Assert.Null(await TransportSecurityAsync(production.Api, "https", "localhost"));

        static async Task<string?> TransportSecurityAsync(RunningApi api, string scheme, string host)
        {
            var answer = await api.SendAsync("GET /badge", null, message =>
            {
                ForwardAs(message, scheme, "192.0.2.1");
                message.Headers.Host = host;
            });
            answer.AssertRefused(401, Reasons.NoCredentials);
            return answer.Headers.GetValueOrDefault("Strict-Transport-Security");
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("Host: \r\n")]
    [InlineData("Host: evil.example\r\n")]
    [InlineData("Host: localhost:a\r\n")]
    [InlineData("Host: ~\r\n")]
    [InlineData("Host: local\"host\r\n")]
    public async Task Odd_host_is_a_bad_request(string host)
    {
        foreach (var version in (string[])["1.0", "1.1"])
            Assert.Equal(400, await RawRequest.SendAsync(production.Api, $"GET /badge HTTP/{version}\r\n{host}Connection: close\r\n\r\n"));
    }

    public sealed class BehindProxy : IDisposable
    {
        public RunningApi Api { get; } = RunningApi.Start(Environments.Production, null,
            ("ForwardedHeaders:TrustedProxies:0", "127.0.0.1"), ("AllowedHosts", "localhost;127.0.0.1;api.example"));

        public void Dispose() => Api.Dispose();
    }
}

/// <summary>A request written byte by byte.</summary>
internal static class RawRequest
{
    /// <summary>The status of the answer; 0 where the connection ended without one.</summary>
    public static async Task<int> SendAsync(RunningApi api, string request) =>
        await ReadAsync(api, request) is { Length: > 12 } answer ? int.Parse(answer.AsSpan(9, 3)) : 0;

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
