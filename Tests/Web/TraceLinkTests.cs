using AuthDemo.Web.Http;
using Microsoft.Extensions.Hosting.Internal;

namespace AuthDemo.Tests.Web;

/// <summary>Pages about a refusal or a failure lead to the trace of the request that they are about.</summary>
public sealed class TraceLinkTests(RunningWeb web) : IClassFixture<RunningWeb>
{
    private const string Token = RunningWeb.DashboardToken;
    private const string Trace = "0af7651916cd43dd8448eb211c80319c";

    [Theory]
    [InlineData("javascript:alert(1)")]
    [InlineData("../../elsewhere")]
    [InlineData("0AF7651916CD43DD8448EB211C80319C")]
    public async Task Failed_login_leads_to_nothing_but_a_trace(string trace)
    {
        var address = $"/login/failed?reason=state_lost&trace={Uri.EscapeDataString(trace)}";
        Assert.DoesNotContain("/dashboard", await web.Browser().AssertStatusAsync(address, 400));
    }

    [Theory]
    [InlineData($"/traces/detail/{Trace}")]
    [InlineData("/traces?filters=auth.reason:equals:x")]
    [InlineData("//evil.example")] // in the dashboard, which takes local addresses only
    public async Task Browser_on_this_machine_alone_is_logged_in_on_its_way_to_the_dashboard(string page)
    {
        var answer = (await OpenAsync("/dashboard" + page, "127.0.0.1")).Response;
        Assert.Equal(302, answer.StatusCode);
        Assert.Equal($"http://dashboard.example/login?t={Token}&returnUrl={Uri.EscapeDataString(page)}", answer.Headers.Location);
        Assert.Equal("no-store", answer.Headers.CacheControl);
        Assert.False(answer.Headers.ContainsKey(SecurityHeaders.OpenerPolicy));
        var other = (await OpenAsync("/dashboard" + page, "10.20.0.1")).Response;
        Assert.Equal((404, 0), (other.StatusCode, other.Headers.Location.Count));
        using var body = new StreamReader(other.Body);
        Assert.DoesNotContain(Token, await body.ReadToEndAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Outside_Development_nobody_gets_it_and_links_lead_straight_to_the_dashboard()
    {
        var configuration = new ConfigurationManager { ["DASHBOARD_URL"] = "http://dashboard.example", ["DASHBOARD_TOKEN"] = Token };
        var links = new DashboardLinks(configuration, new HostingEnvironment { EnvironmentName = "Production" });
        Assert.Equal((null, $"http://dashboard.example/traces/detail/{Trace}"), (links.LoginTo("/"), links.TraceOf(Trace)));
    }

    private Task<HttpContext> OpenAsync(string address, string caller) => web.Server.SendAsync(http =>
    {
        http.Connection.RemoteIpAddress = IPAddress.Parse(caller);
        var asked = new Uri(web.ClientOptions.BaseAddress, address);
        (http.Request.Host, http.Request.Path, http.Request.QueryString) = (new(asked.Host), asked.AbsolutePath, new(asked.Query));
    });
}
