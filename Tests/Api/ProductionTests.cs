using System.Net.Sockets;
using System.Text;

namespace AuthDemo.Tests.Api;

/// <summary>What a copy of the Api in Production does, with and without a proxy in front.</summary>
public sealed class ProductionTests(ProductionApi production, ProductionTests.BehindProxy behindProxy, RunningApi development)
    : IClassFixture<ProductionApi>, IClassFixture<ProductionTests.BehindProxy>, IClassFixture<RunningApi>
{
    /// <summary>Behind a trusted proxy, and without one, where the connection is from this machine too.</summary>
    [Theory]
    [InlineData(true, "https", "api.example", "max-age=31536000")]
    [InlineData(true, "http", "api.example", null)] // RFC 6797, section 7.2
    [InlineData(true, "https", "localhost", null)]
    [InlineData(false, "https", "localhost", null)]
    public async Task Scheme_is_that_of_the_caller_who_is_told_to_stay_with_https(
        bool isTrusted, string scheme, string host, string? transportSecurity)
    {
        var running = isTrusted ? behindProxy : (RunningApi)production;
        var answer = await SendAsync(running, "GET /badge");
        answer.AssertError(401, Reasons.NoCredentials);
        var resource = $"{(isTrusted ? scheme : "http")}://{host}";
        Assert.EndsWith($"resource_metadata=\"{resource}/.well-known/oauth-protected-resource\"", answer.Challenge);
        Assert.Equal(resource, (await SendAsync(running, "GET /.well-known/oauth-protected-resource")).Text("resource"));
        Assert.Equal(transportSecurity, answer.Headers.GetValueOrDefault("Strict-Transport-Security"));
        Assert.Equal(isTrusted ? 200 : 403, (await SendAsync(running, "GET /intercom")).Status);

        Task<Answer> SendAsync(RunningApi api, string request) => api.SendAsync(request, null, message =>
        {
            message.Headers.Add("X-Forwarded-Proto", scheme);
            message.Headers.Add("X-Forwarded-For", "10.20.0.1");
            message.Headers.Host = host;
        });
    }

    [Theory]
    [InlineData("GET /lobby", 200, 200)]
    [InlineData("GET /badge", 401, 401)]
    [InlineData("GET /nowhere", 404, 404)]
    [InlineData("GET /health", 200, 200)]
    [InlineData("GET /openapi/v1.json", 404, 200)]
    public async Task Nobody_keeps_an_answer_or_guesses_its_type(string request, int inProduction, int inDevelopment)
    {
        foreach (var (api, expected) in ((RunningApi, int)[])[(production, inProduction), (development, inDevelopment)])
        {
            var answer = await api.SendAsync(request);
            Assert.Equal(expected, answer.Status);
            Assert.Contains("no-store", answer.Headers["Cache-Control"]);
            Assert.Equal("nosniff", answer.Headers["X-Content-Type-Options"]);
            Assert.DoesNotContain("Server", answer.Headers.Keys);
        }
    }

    [Fact]
    public async Task Unknown_host_is_a_bad_request_and_no_answer_names_it()
    {
        var answer = await RawRequest.SendAsync(production, "GET /badge", "", host: "evil.example");
        Assert.StartsWith("HTTP/1.1 400 ", answer);
        Assert.DoesNotContain("evil", answer);
    }

    public sealed class BehindProxy() : RunningApi(Environments.Production, null,
        ("ForwardedHeaders:TrustedProxies:0", "127.0.0.1"), ("AllowedHosts", "localhost;127.0.0.1;api.example"));
}

internal static class RawRequest
{
    /// <returns>The answer; empty where the connection ended without one.</returns>
    public static async Task<string> SendAsync(RunningApi api, string request, string headers, string body = "", string? host = null)
    {
        var address = api.Client.BaseAddress!;
        var text = $"{request} HTTP/1.1\r\nHost: {host ?? address.Authority}\r\nConnection: close\r\n{headers}\r\n{body}";
        using var client = new TcpClient(address.Host, address.Port);
        await using var stream = client.GetStream();
        try
        {
            await stream.WriteAsync(Encoding.UTF8.GetBytes(text));
            return await new StreamReader(stream).ReadToEndAsync();
        }
        catch (IOException)
        {
            return "";
        }
    }
}
