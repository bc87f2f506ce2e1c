using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AuthDemo.Tests.Web;

/// <summary>Names, sizes, encodings and rates.</summary>
public sealed class HttpTests(RunningWeb web) : IClassFixture<RunningWeb>
{
    [Theory]
    [InlineData("127.0.0.1:5180")]
    [InlineData("[::1]:5180")]
    [InlineData("LOCALHOST:5180")]
    public async Task Page_that_was_opened_under_another_name_of_this_machine_moves_to_the_registered_one(string host)
    {
        foreach (var path in new[] { "/", "/login?returnUrl=/me", "/caf%C3%A9?a=b" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Host = host } };
            using var response = await web.Browser().SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal((HttpStatusCode.TemporaryRedirect, $"http://localhost:5180{path}"), (response.StatusCode, response.Target()));
        }
    }

    [Fact]
    public async Task Host_that_is_none_is_400()
    {
        using var kestrel = new RunningWeb();
        kestrel.UseKestrel(0);
        kestrel.StartServer();
        foreach (var host in new[] { "Host: evil.example\r\n", "Host: localhost:0\r\n", "Host: localhost:99999\r\n", "Host: ~\r\n", "" })
        {
            using var tcp = new TcpClient("localhost", kestrel.ClientOptions.BaseAddress.Port);
            var request = Encoding.ASCII.GetBytes($"GET / HTTP/1.1\r\n{host}Connection: close\r\n\r\n");
            await tcp.GetStream().WriteAsync(request, TestContext.Current.CancellationToken);
            var answer = await new StreamReader(tcp.GetStream()).ReadToEndAsync(TestContext.Current.CancellationToken);
            Assert.Equal((host, "HTTP/1.1 400"), (host, answer[..12]));
        }
    }

    [Fact]
    public async Task Form_that_is_too_large_is_refused_as_such()
    {
        using var kestrel = new RunningWeb();
        kestrel.UseKestrel(0);
        kestrel.StartServer();
        foreach (var path in new[] { "/logout", "/lab/run/badge", "/login", "/signin-oidc" })
        {
            using var body = new FormUrlEncodedContent([new("a", new string('x', 200_000))]);
            using var response = await kestrel.CreateDefaultClient().PostAsync(path, body, TestContext.Current.CancellationToken);
            Assert.Equal((path, HttpStatusCode.RequestEntityTooLarge), (path, response.StatusCode));
            Assert.Contains("This form is too large", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }
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
        using var response = await web.Browser().PostAsync(path, form, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
        Assert.DoesNotContain(web.Recording.Logs, log => log.Level >= LogLevel.Error);
    }

    [Theory]
    [InlineData("RateLimits:LoginsPerMinute", "/login")]
    [InlineData("RateLimits:LabRunsPerMinute", "/lab/run/lobby")]
    public async Task Caller_who_asks_too_often_is_told_when_to_come_back_and_a_form_that_is_not_accepted_does_not_count(
        string setting, string action)
    {
        using var limited = RunningWeb.With(Environments.Development, (setting, "5"));
        var browser = limited.Browser();
        for (var request = 0; request < 10; request++)
            Assert.Equal(HttpStatusCode.BadRequest, (await browser.PostAsync(action, new FormUrlEncodedContent([]))).StatusCode);
        for (var request = 0; request < 5; request++)
            Assert.Equal(HttpStatusCode.Redirect, (await browser.SendFormAsync("/", action)).StatusCode);

        using var refused = await browser.SendFormAsync("/", action);

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        Assert.Contains("Too many requests", await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/", TestContext.Current.CancellationToken)).StatusCode);
    }
}
