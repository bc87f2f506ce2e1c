using AuthDemo.Tests.Browser;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace AuthDemo.Tests.Identity;

[Trait("Needs", "Processes")]
public sealed class StandInPageTests(StandInHost standIn, Chromium chromium)
    : IClassFixture<StandInHost>, IClassFixture<Chromium>, IDisposable
{
    private readonly OidcClient client = new(standIn.Provider);

    public void Dispose() => client.Dispose();

    [Theory]
    [InlineData(ColorScheme.Light, 1280)]
    [InlineData(ColorScheme.Dark, 320)]
    public async Task Click_on_a_person_fills_in_the_form_and_axe_finds_nothing_on_any_page(ColorScheme colors, int width)
    {
        var page = await chromium.OpenAsync(client.Provider.Address, colors, width);
        await GoAsync(client.AddressOf(client.Request()), "Sign in to AuthDemo");
        await page.Locator("button[data-username=alice]").ClickAsync();
        await Expect(page.Locator("input[name=username]")).ToHaveValueAsync("alice");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Sign in" })).ToBeFocusedAsync();
        // Nothing listens at Web's address, so the browser is left at an error page of its own, some time after the request.
        await page.RunAndWaitForRequestAsync(
            () => page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync(), $"{client.Provider.Callback}?code=*");
        page = await page.Context.NewPageAsync();

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
            await Axe.AssertNoViolationsAsync(page);
            Assert.Equal(width, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        }
    }
}
