using AuthDemo.Tests.Browser;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace AuthDemo.Tests.Identity;

/// <summary>The stand-in's pages in a browser.</summary>
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

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Axe_finds_nothing_on_any_page(ColorScheme colors)
    {
        var (page, client) = await OpenAsync(colors: colors);
        using var _ = client;
        await CheckAsync("Sign in to AuthDemo");
        await page.Locator("button[data-username=alice]").ClickAsync();
        await SendAsync(page, client.Provider);

        await GoAsync(client.AddressOf(client.Request(("prompt", "login"))), "Please re-authenticate to continue");
        await GoAsync(client.AddressOf(client.Request(("acr_values", "mfa"))), "Sign in to AuthDemo");
        await GoAsync(client.Provider.Endpoint("auth"), "We are sorry…");
        await GoAsync(client.Provider.Endpoint("logout"), "Do you want to log out?");
        await page.GetByRole(AriaRole.Button, new() { Name = "Log out" }).ClickAsync();
        await CheckAsync("You are logged out");

        async Task GoAsync(string address, string title)
        {
            await page.GotoAsync(address);
            await CheckAsync(title);
        }

        async Task CheckAsync(string title)
        {
            await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync(title);
            var result = await page.RunAxe();
            Assert.Empty(result.Violations.Select(violation => $"{title}: {violation.Id} {violation.Nodes[0].Html}"));
        }
    }

    private async Task<(IPage Page, OidcClient Client)> OpenAsync(
        bool script = true, int width = 1280, ColorScheme colors = ColorScheme.Light)
    {
        var provider = standIn.Provider;
        var client = new OidcClient(provider);
        var page = await chromium.OpenAsync(provider.Address, colors, width, script);
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
