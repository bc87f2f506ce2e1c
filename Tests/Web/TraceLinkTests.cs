using System.Net;
using AuthDemo.Web.Lab.Scenarios;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;

namespace AuthDemo.Tests.Web;

/// <summary>Pages about a refusal or a failure lead to the trace of the request that they are about.</summary>
public sealed class TraceLinkTests(TraceLinkTests.WebWithDashboard web) : IClassFixture<TraceLinkTests.WebWithDashboard>
{
    private const string Trace = "0af7651916cd43dd8448eb211c80319c";

    [Fact]
    public async Task Failed_login_leads_to_its_trace()
    {
        var page = await web.CreateClient().GetStringAsync($"/login/failed?reason=state_lost&trace={Trace}", HttpStatusCode.BadRequest);

        Assert.Contains($"href=\"http://dashboard.example/traces/detail/{Trace}\"", page);
    }

    [Theory]
    [InlineData("javascript:alert(1)")]
    [InlineData("../../elsewhere")]
    [InlineData("0AF7651916CD43DD8448EB211C80319C")]
    public async Task What_is_no_trace_id_has_no_link(string text)
    {
        var page = await web.CreateClient()
            .GetStringAsync($"/login/failed?reason=state_lost&trace={Uri.EscapeDataString(text)}", HttpStatusCode.BadRequest);

        Assert.DoesNotContain("dashboard.example", page);
        Assert.DoesNotContain("Trace <code>", page);
    }

    [Fact]
    public async Task Refused_page_leads_to_its_own_trace()
    {
        var page = await web.CreateClient().GetStringAsync("/nowhere", HttpStatusCode.NotFound);

        Assert.Matches("href=\"http://dashboard.example/traces/detail/[0-9a-f]{32}\"", page);
    }

    public sealed class WebWithDashboard : WebApplicationFactory<Scenario>
    {
        protected override void ConfigureWebHost(IWebHostBuilder builder) => builder
            .UseEnvironment("Development")
            .UseSetting("DASHBOARD_URL", "http://dashboard.example/")
            .UseSetting("services:keycloak:http:0", "http://localhost:1")
            .UseSetting("services:api:http:0", "http://localhost:1");
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
