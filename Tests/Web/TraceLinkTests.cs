using System.Net;
using AuthDemo.Web.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting.Internal;

namespace AuthDemo.Tests.Web;

/// <summary>Pages about a refusal or a failure lead to the trace of the request that they are about.</summary>
public sealed class TraceLinkTests(WebAlone web) : IClassFixture<WebAlone>
{
    private const string Trace = "0af7651916cd43dd8448eb211c80319c";
    private const string Token = "the-dashboards-token";

    [Fact]
    public async Task Failed_login_leads_to_its_trace()
    {
        var page = await BrowserAt(IPAddress.Loopback)
            .GetStringAsync($"/login/failed?reason=state_lost&trace={Trace}", HttpStatusCode.BadRequest);

        Assert.Contains($"href=\"/dashboard/traces/detail/{Trace}\" target=\"authdemo-dashboard\"", page);
        Assert.DoesNotContain(Token, page);
    }

    [Theory]
    [InlineData("javascript:alert(1)")]
    [InlineData("../../elsewhere")]
    [InlineData("0AF7651916CD43DD8448EB211C80319C")]
    public async Task What_is_no_trace_id_has_no_link(string text)
    {
        var page = await BrowserAt(IPAddress.Loopback)
            .GetStringAsync($"/login/failed?reason=state_lost&trace={Uri.EscapeDataString(text)}", HttpStatusCode.BadRequest);

        Assert.DoesNotContain("/dashboard", page);
        Assert.DoesNotContain("Trace <code>", page);
    }

    [Fact]
    public async Task Refused_page_leads_to_its_own_trace()
    {
        var page = await BrowserAt(IPAddress.Loopback).GetStringAsync("/nowhere", HttpStatusCode.NotFound);

        Assert.Matches("href=\"/dashboard/traces/detail/[0-9a-f]{32}\"", page);
    }

    [Theory]
    [InlineData($"/dashboard/traces/detail/{Trace}", $"/traces/detail/{Trace}")]
    [InlineData("/dashboard/traces?filters=auth.reason:equals:x", "/traces?filters=auth.reason:equals:x")]
    [InlineData("/dashboard//evil.example", "//evil.example")] // in the dashboard, which takes local addresses only
    public async Task Browser_on_this_machine_is_logged_in_on_its_way_to_the_dashboard(string link, string page)
    {
        using var answer = await BrowserAt(IPAddress.Loopback).GetAsync(link, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.Equal(
            $"http://dashboard.example/login?t={Token}&returnUrl={Uri.EscapeDataString(page)}", answer.Headers.Location!.OriginalString);
        Assert.False(answer.Headers.Contains(SecurityHeaders.OpenerPolicy));
        Assert.True(answer.Headers.CacheControl?.NoStore);
    }

    [Fact]
    public async Task Browser_of_another_machine_does_not_get_the_dashboards_token()
    {
        using var answer = await BrowserAt(IPAddress.Parse("10.20.0.1"))
            .GetAsync($"/dashboard/traces/detail/{Trace}", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.DoesNotContain(Token, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Outside_Development_nobody_gets_it_and_links_lead_straight_to_the_dashboard()
    {
        var configuration = new ConfigurationManager { ["DASHBOARD_URL"] = "http://dashboard.example", ["DASHBOARD_TOKEN"] = Token };
        var links = new DashboardLinks(configuration, new HostingEnvironment { EnvironmentName = "Production" });

        Assert.Null(links.LoginTo("/"));
        Assert.Equal($"http://dashboard.example/traces/detail/{Trace}", links.TraceOf(Trace));
    }

    private HttpClient BrowserAt(IPAddress address)
    {
        var host = web.WithWebHostBuilder(host => host
            .UseSetting("DASHBOARD_URL", "http://dashboard.example/")
            .UseSetting("DASHBOARD_TOKEN", Token)
            .ConfigureTestServices(services => services.AddSingleton<IStartupFilter>(new CallersAddress(address))));
        return host.CreateClient(new() { AllowAutoRedirect = false });
    }

    private sealed class CallersAddress(IPAddress address) : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use((context, rest) =>
            {
                context.Connection.RemoteIpAddress = address;
                return rest(context);
            });
            next(app);
        };
    }
}

file static class Reading
{
    public static async Task<string> GetStringAsync(this HttpClient http, string path, HttpStatusCode expected)
    {
        using var response = await http.GetAsync(path);
        Assert.Equal(expected, response.StatusCode);
        return await response.Content.ReadAsStringAsync();
    }
}
