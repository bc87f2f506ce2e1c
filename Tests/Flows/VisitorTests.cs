using AuthDemo.AppHost.Flows;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuthDemo.Tests.Flows;

/// <summary>What visitors do with cookies and redirects, and what they say where a service is away.</summary>
public sealed class VisitorTests : IAsyncDisposable
{
    private readonly WebApplication server =
        WebApplication.CreateSlimBuilder(["--urls", "http://127.0.0.1:0;http://127.0.0.1:0"]).Build();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Secure_cookies_go_back_over_http_to_every_port_of_this_machine_and_no_trace_is_continued()
    {
        string[] cookies = ["a=1; Path=/; Secure; HttpOnly", "secure=2;secure; SameSite=None", "c=3"];
        server.MapGet("/set", (HttpContext http) => http.Response.Headers.SetCookie = cookies);
        server.MapGet("/get", (HttpContext http) => $"{http.Request.Headers.Cookie}|{http.Request.Headers.TraceParent}");
        await server.StartAsync(Cancellation);
        using var activity = new Activity("caller").Start();
        using var browser = new HttpClient(new BrowserCookies());
        using var set = await browser.GetAsync(new Uri(new Uri(server.Urls.First()), "/set"), Cancellation);

        foreach (var address in server.Urls)
            Assert.Equal("a=1; secure=2; c=3|", await browser.GetStringAsync(new Uri(new Uri(address), "/get"), Cancellation));
        Assert.Equal(2, server.Urls.Count);
    }

    [Theory]
    [InlineData("http://example.com/login", "Visitors stay on this machine, and a page sent one to example.com.")]
    [InlineData("/login", "Still redirected after 20 times: status 302 at ")]
    public async Task Visitor_stays_on_this_machine_and_follows_no_endless_redirects(string redirect, string message)
    {
        server.MapGet("/login", () => Results.Redirect(redirect));
        await server.StartAsync(Cancellation);
        using var visitor = new Visitor(new Uri(server.Urls.First()));
        var failure = await Assert.ThrowsAsync<VisitException>(() => visitor.LogInAsync("alice", "alice", Cancellation));
        Assert.StartsWith(message, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Web_that_is_away_is_named_with_its_address()
    {
        var flows = new AllFlows(new Uri("http://localhost:1"), users: [], trust: new(), NullLogger.Instance);
        var failure = await Assert.ThrowsAsync<VisitException>(() => flows.RunAsync(Cancellation));
        Assert.Equal(
            "Web does not answer at http://localhost:1: see in the dashboard whether the resource web is healthy.", failure.Message);
    }

    [Fact]
    public async Task Visitor_says_what_Web_says()
    {
        using var web = new RunningWeb { Provider = { IsDown = true } };
        web.UseKestrel(0);
        web.StartServer();
        var address = new Uri($"http://localhost:{web.ClientOptions.BaseAddress.Port}/");
        using var visitor = new Visitor(address);

        var login = await Assert.ThrowsAsync<VisitException>(() => visitor.LogInAsync("alice", "alice", Cancellation));
        var run = await Assert.ThrowsAsync<NotReadyException>(() => visitor.RunScenarioAsync("id-token", Cancellation));

        Assert.Equal(
            "alice cannot log in: instead of a login form there is \"The identity provider does not answer\", "
            + $"status 503 at {address}login/failed.", login.Message);
        Assert.Equal(("The scenario id-token is not ready to be run: This needs somebody’s login.", null), (run.Message, run.Wait));
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();
}
