using System.Diagnostics;
using AuthDemo.AppHost.Flows;
using AuthDemo.AppHost.Keycloak;
using AuthDemo.Web.Lab.Scenarios;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuthDemo.Tests.Flows;

/// <summary>What visitors do with cookies and redirects, and what they say where a service is away.</summary>
public sealed class VisitorTests : IAsyncDisposable
{
    private readonly WebApplication server;

    public VisitorTests()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        server = builder.Build();
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private Uri Address => new(server.Urls.Single());

    [Fact]
    public async Task Secure_cookies_go_back_over_http_to_every_port_of_this_machine()
    {
        string[] cookies = ["a=1; Path=/; Secure; HttpOnly", "secure=2;secure; SameSite=None", "c=3"];
        server.MapGet("/set", (HttpContext http) => http.Response.Headers.SetCookie = cookies);
        server.MapGet("/get", (HttpContext http) => $"{http.Request.Headers.Cookie}");
        await server.StartAsync(Cancellation);
        var other = WebApplication.CreateSlimBuilder().Build();
        await using (other)
        {
            other.Urls.Add("http://127.0.0.1:0");
            other.MapGet("/get", (HttpContext http) => $"{http.Request.Headers.Cookie}");
            await other.StartAsync(Cancellation);
            using var browser = new HttpClient(new BrowserCookies());
            using var set = await browser.GetAsync(new Uri(Address, "/set"), Cancellation);

            Assert.Equal("a=1; secure=2; c=3", await browser.GetStringAsync(new Uri(Address, "/get"), Cancellation));
            Assert.Equal("a=1; secure=2; c=3", await browser.GetStringAsync(new Uri(new Uri(other.Urls.Single()), "/get"), Cancellation));
        }
    }

    [Fact]
    public async Task Requests_are_no_part_of_the_callers_trace()
    {
        server.MapGet("/", (HttpContext http) => $"{http.Request.Headers.TraceParent}");
        await server.StartAsync(Cancellation);
        using var activity = new Activity("caller").Start();
        using var browser = new HttpClient(new BrowserCookies());

        Assert.Equal("", await browser.GetStringAsync(Address, Cancellation));
    }

    [Fact]
    public async Task Visitor_does_not_leave_this_machine()
    {
        server.MapGet("/login", () => Results.Redirect("http://example.com/login"));
        await server.StartAsync(Cancellation);
        using var visitor = new Visitor(Address);

        var failure = await Assert.ThrowsAsync<VisitException>(() =>
            visitor.LogInAsync("alice", "alice", cancellation: Cancellation));

        Assert.Equal("Visitors stay on this machine, and a page sent one to example.com.", failure.Message);
    }

    [Fact]
    public async Task Endless_redirects_end()
    {
        server.MapGet("/", () => Results.Redirect("/"));
        await server.StartAsync(Cancellation);
        using var visitor = new Visitor(Address);

        var failure = await Assert.ThrowsAsync<VisitException>(() => visitor.FindScenariosAsync(Cancellation));

        Assert.StartsWith("Still redirected after 20 times: status 302 at ", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Web_that_is_away_is_named_with_its_address()
    {
        var failure = await Assert.ThrowsAsync<VisitException>(() => RunAllAsync(new Uri("http://localhost:1"), Cancellation));

        Assert.Equal(
            "Web does not answer at http://localhost:1: see in the dashboard whether the resource web is healthy.", failure.Message);
    }

    [Fact]
    public async Task Identity_provider_that_is_away_is_named_as_Webs_page_names_it()
    {
        using var web = StartWeb();
        using var visitor = new Visitor(web.ClientOptions.BaseAddress);

        var failure = await Assert.ThrowsAsync<VisitException>(() =>
            visitor.LogInAsync("alice", "alice", cancellation: Cancellation));

        Assert.Equal(
            "alice cannot log in: instead of a login form there is \"The identity provider does not answer\", status 503 at "
            + $"{web.ClientOptions.BaseAddress}login/failed.", failure.Message);
    }

    [Fact]
    public async Task Scenario_that_is_not_ready_is_named_with_what_it_needs()
    {
        using var web = StartWeb();
        using var visitor = new Visitor(web.ClientOptions.BaseAddress);

        var login = await Assert.ThrowsAsync<NotReadyException>(() => visitor.RunScenarioAsync("id-token", Cancellation));

        Assert.Equal(("The scenario id-token is not ready to be run: This needs somebody’s login.", null), (login.Message, login.Wait));
    }

    [Fact]
    public async Task Cancelled_run_stops()
    {
        using var cancel = new CancellationTokenSource();
        server.MapGet("/", async (HttpContext http) =>
        {
            await cancel.CancelAsync();
            await Task.Delay(Timeout.Infinite, http.RequestAborted);
        });
        await server.StartAsync(Cancellation);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RunAllAsync(Address, cancel.Token));
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    /// <summary>Web without an identity provider and without an Api, on a port of its own.</summary>
    private static WebApplicationFactory<Scenario> StartWeb()
    {
        var web = new WebApplicationFactory<Scenario>().WithWebHostBuilder(host => host
            .UseEnvironment("Development")
            .UseSettings(RequiredSettings.OfWeb("http://localhost:1/realms/authdemo")));
        web.UseKestrel(0);
        web.StartServer();
        return web;
    }

    private static Task<FlowTable> RunAllAsync(Uri web, CancellationToken cancellation) =>
        new AllFlows(web, [new RealmUser("alice", "alice", Roles: "", Authenticator: null)], NullLogger.Instance).RunAsync(cancellation);
}
