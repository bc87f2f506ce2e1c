using System.Net;
using System.Net.Sockets;
using System.Text;
using AuthDemo.Web.Http;
using AuthDemo.Web.Lab.Scenarios;
using AuthDemo.Web.Login;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AuthDemo.Tests.Web;

/// <summary>Web on a real Kestrel: methods, names, sizes and rates.</summary>
public sealed class HttpTests : IDisposable
{
    private readonly WebWithProvider web = new();
    private readonly HttpClient client;

    public HttpTests()
    {
        web.UseKestrel(0);
        web.StartServer();
        client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri($"http://localhost:{Port}") };
    }

    private int Port => web.ClientOptions.BaseAddress.Port;

    [Theory]
    [InlineData("/", 200)]
    [InlineData("/learn", 200)]
    [InlineData("/lab/badge", 200)]
    [InlineData("/login/failed", 502)]
    [InlineData("/me", 302)]
    [InlineData("/admin", 302)]
    [InlineData("/session", 401)]
    [InlineData("/login", 302)]
    [InlineData("/app.css", 200)]
    [InlineData("/nowhere", 404)]
    [InlineData("/lab/no-such-scenario", 404)]
    public async Task Head_answers_as_get_without_the_body(string path, int status)
    {
        using var response = await client.SendAsync(new HttpRequestMessage(HttpMethod.Head, path), TestContext.Current.CancellationToken);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("HEAD")]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("PATCH")]
    [InlineData("OPTIONS")]
    [InlineData("FOO")]
    public async Task Address_that_is_not_there_is_404_for_every_method(string method)
    {
        foreach (var path in new[] { "/nowhere", "/status/403", "/status/500", "/app.css/nothing", "/signout-oidc" })
        {
            using var response = await SendAsync(method, path);
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        }
    }

    [Fact]
    public async Task Login_from_the_page_about_a_failed_one_goes_on_to_where_that_one_led()
    {
        using var page = await SendAsync("GET", "/login/failed?reason=provider_unavailable&returnUrl=%2Fme");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, page.StatusCode);
        Assert.NotNull(page.Headers.RetryAfter);
        Assert.Contains("name=\"returnUrl\" value=\"/me\"", await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("PUT", "/learn")]
    [InlineData("POST", "/learn")]
    [InlineData("DELETE", "/session")]
    [InlineData("GET", "/logout")]
    public async Task Address_that_is_there_is_405_for_other_methods(string method, string path)
    {
        using var response = await SendAsync(method, path);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.NotEmpty(response.Content.Headers.Allow);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("[::1]")]
    [InlineData("LOCALHOST")]
    public async Task Page_that_was_opened_under_another_name_of_this_machine_moves_to_the_registered_one(string name)
    {
        foreach (var path in new[] { "/", "/login?returnUrl=/me", "/caf%C3%A9?a=b" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.Host = $"{name}:{Port}";
            using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.TemporaryRedirect, response.StatusCode);
            Assert.Equal($"http://localhost:{Port}{path}", response.Headers.Location?.OriginalString);
        }
    }

    [Theory]
    [InlineData("Host: evil.example\r\n")]
    [InlineData("Host: \r\n")]
    [InlineData("Host: localhost:99999\r\n")]
    [InlineData("Host: localhost:0\r\n")]
    [InlineData("Host: localhost:abc\r\n")]
    [InlineData("Host: ~\r\n")]
    [InlineData("Host: a$b\r\n")]
    [InlineData("Host: localhost@evil.example\r\n")]
    [InlineData("Host: [::1\r\n")]
    [InlineData("Host: localhost\r\nHost: localhost\r\n")]
    [InlineData("")]
    public async Task Host_that_is_none_is_400(string header)
    {
        Assert.StartsWith("HTTP/1.1 400", await SendAsync($"GET / HTTP/1.1\r\n{header}Connection: close\r\n\r\n"));
        if (header == "") Assert.StartsWith("HTTP/1.1 400", await SendAsync("GET / HTTP/1.0\r\n\r\n"));
    }

    [Theory]
    [InlineData("/logout")]
    [InlineData("/lab/run/badge")]
    [InlineData("/login")]
    [InlineData("/admin/reset")]
    [InlineData("/signin-oidc")]
    public async Task Body_that_is_too_large_is_refused_as_such(string path)
    {
        using var body = new FormUrlEncodedContent([new("a", new string('x', 200_000))]);
        using var response = await client.PostAsync(path, body, TestContext.Current.CancellationToken);
        // Whoever is not logged in is asked for that first: nothing of the body is read.
        Assert.Equal(path == "/admin/reset" ? HttpStatusCode.Redirect : HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    [Theory]
    [InlineData("/logout")]
    [InlineData("/lab/run/badge")]
    [InlineData("/login")]
    [InlineData("/admin/reset")]
    [InlineData("/signin-oidc")]
    public async Task Form_in_another_encoding_is_415(string path)
    {
        using var form = new FormUrlEncodedContent([new("a", "b")]);
        form.Headers.ContentType = new("application/x-www-form-urlencoded", "utf-7");
        using var response = await client.PostAsync(path, form, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
        Assert.DoesNotContain(web.Recording.Logs, log => log.Level >= LogLevel.Error);
    }

    [Fact]
    public async Task Form_that_is_not_accepted_counts_for_no_limit()
    {
        using var limited = new WebWithProvider(Environments.Development, ("RateLimits:LabRunsPerMinute", "5"));
        var browser = limited.Browser();
        for (var request = 0; request < 10; request++)
        {
            using var refused = await browser.PostAsync("/lab/run/lobby", new FormUrlEncodedContent([]));
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        }

        using var run = await browser.SendFormAsync("/", "/lab/run/lobby");
        Assert.Equal(HttpStatusCode.Redirect, run.StatusCode);
    }

    [Fact]
    public async Task Nothing_of_many_large_bodies_is_taken_in()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            var content = new CountingContent(27_000_000);
            using var request = new HttpRequestMessage(HttpMethod.Post, "/lab/run/badge") { Content = content };
            request.Headers.ExpectContinue = true;
            using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
            Assert.Equal(0, content.Sent);
        }));
    }

    [Fact]
    public async Task Body_that_never_ends_is_408()
    {
        var answer = await SendAsync(
            "POST /lab/run/badge HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            + "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 6000\r\n\r\na");
        Assert.StartsWith("HTTP/1.1 408", answer);
    }

    [Theory]
    [InlineData("RateLimits:LoginsPerMinute", "/login")]
    [InlineData("RateLimits:LabRunsPerMinute", "/lab/run/lobby")]
    public async Task Caller_who_asks_too_often_is_told_when_to_come_back(string setting, string path)
    {
        using var limited = new WebWithProvider(Environments.Development, (setting, "5"));
        var browser = limited.Browser();
        for (var request = 0; request < 5; request++)
        {
            using var fine = path == "/login" ? await browser.GetAsync(path) : await browser.SendFormAsync("/", path);
            Assert.Equal(HttpStatusCode.Redirect, fine.StatusCode);
        }

        using var refused = path == "/login" ? await browser.GetAsync(path) : await browser.SendFormAsync("/", path);
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        Assert.Contains("Too many requests", await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/")).StatusCode);
    }

    [Fact]
    public void Person_and_all_flows_stay_below_the_limits()
    {
        // Four personas run every scenario within a minute, and log in again where one asks for it.
        var limits = new RateLimitSettings();
        var logins = ScenarioTable.All.Count(scenario => scenario.Needs != Prerequisite.Nothing) * Personas.All.Count;
        Assert.InRange(ScenarioTable.All.Count * Personas.All.Count, 1, limits.LabRunsPerMinute / 2);
        Assert.InRange(logins, 1, limits.LoginsPerMinute / 2);
    }

    public void Dispose()
    {
        client.Dispose();
        web.Dispose();
    }

    private Task<HttpResponseMessage> SendAsync(string method, string path) =>
        client.SendAsync(new HttpRequestMessage(new HttpMethod(method), path), TestContext.Current.CancellationToken);

    private async Task<string> SendAsync(string request)
    {
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(IPAddress.Loopback, Port, TestContext.Current.CancellationToken);
        await using var stream = tcp.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream, Encoding.ASCII);
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>A form of a certain size that notices whether it is sent.</summary>
    private sealed class CountingContent : HttpContent
    {
        private readonly long size;
        private long sent;

        public CountingContent(long size)
        {
            this.size = size;
            Headers.ContentType = new("application/x-www-form-urlencoded");
        }

        public long Sent => sent;

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            var part = new byte[100_000];
            for (; sent < size; sent += part.Length) await stream.WriteAsync(part);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = size;
            return true;
        }
    }
}
