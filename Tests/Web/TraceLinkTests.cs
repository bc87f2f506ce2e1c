using System.Net;

namespace AuthDemo.Tests.Web;

/// <summary>Pages about a refusal or a failure lead to the trace of the request that they are about.</summary>
public sealed class TraceLinkTests(WebAlone web) : IClassFixture<WebAlone>
{
    private const string Trace = "0af7651916cd43dd8448eb211c80319c";

    private readonly HttpClient browser =
        web.WithWebHostBuilder(host => host.UseSetting("DASHBOARD_URL", "http://dashboard.example/")).CreateClient();

    [Fact]
    public async Task Failed_login_leads_to_its_trace()
    {
        var page = await browser.GetStringAsync($"/login/failed?reason=state_lost&trace={Trace}", HttpStatusCode.BadRequest);

        Assert.Contains($"href=\"http://dashboard.example/traces/detail/{Trace}\"", page);
    }

    [Theory]
    [InlineData("javascript:alert(1)")]
    [InlineData("../../elsewhere")]
    [InlineData("0AF7651916CD43DD8448EB211C80319C")]
    public async Task What_is_no_trace_id_has_no_link(string text)
    {
        var page = await browser
            .GetStringAsync($"/login/failed?reason=state_lost&trace={Uri.EscapeDataString(text)}", HttpStatusCode.BadRequest);

        Assert.DoesNotContain("dashboard.example", page);
        Assert.DoesNotContain("Trace <code>", page);
    }

    [Fact]
    public async Task Refused_page_leads_to_its_own_trace()
    {
        var page = await browser.GetStringAsync("/nowhere", HttpStatusCode.NotFound);

        Assert.Matches("href=\"http://dashboard.example/traces/detail/[0-9a-f]{32}\"", page);
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
