using AuthDemo.Tests.Browser;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace AuthDemo.Tests.Identity;

/// <summary>The stand-in's login page in a browser.</summary>
[Trait("Needs", "Processes")]
public sealed class StandInPageTests(StandInHost standIn, Chromium chromium) : IClassFixture<StandInHost>, IClassFixture<Chromium>
{
    [Theory]
    [InlineData("alice")]
    [InlineData("bob")]
    [InlineData("admin")]
    public async Task Click_on_a_person_fills_in_the_form_and_sending_it_logs_in(string person)
    {
        var (page, client) = await OpenAsync();
        using var _ = client;

        await page.Locator($"button[data-username={person}]").ClickAsync();
        await Expect(page.Locator("input[name=username]")).ToHaveValueAsync(person);
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Sign in" })).ToBeFocusedAsync();

        var callback = await SendAsync(page, client.Provider);
        Assert.Contains("code=", callback.Query, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Login_by_typing_works_without_script()
    {
        var (page, client) = await OpenAsync(script: false);
        using var _ = client;

        await Expect(page.Locator("button[data-username=alice]")).ToBeDisabledAsync();
        await page.Locator("input[name=username]").FillAsync("alice");
        await page.Locator("input[name=password]").FillAsync("alice");

        var callback = await SendAsync(page, client.Provider);
        Assert.Contains("code=", callback.Query, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Narrow_window_needs_no_scrolling_sideways()
    {
        var (page, client) = await OpenAsync(width: 320);
        using var _ = client;

        Assert.Equal(320, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
    }

    private async Task<(IPage Page, OidcClient Client)> OpenAsync(bool script = true, int width = 1280)
    {
        var provider = standIn.Provider;
        var client = new OidcClient(provider);
        var page = await chromium.OpenAsync(provider.Address, width: width, script: script);
        await page.GotoAsync(client.AddressOf(client.Request()));
        return (page, client);
    }

    /// <summary>Sends the form. Web, which the browser is sent back to, is this test.</summary>
    private static async Task<Uri> SendAsync(IPage page, IdentityProviderUnderTest provider)
    {
        await page.RouteAsync($"{provider.Web}**", route => route.FulfillAsync(new() { Body = "Web" }));
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await page.WaitForURLAsync($"{provider.Callback}?*");
        return new Uri(page.Url);
    }
}
