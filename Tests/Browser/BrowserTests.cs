using AuthDemo.Tests.Application;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace AuthDemo.Tests.Browser;

/// <summary>What people do with a browser, over the whole application.</summary>
public abstract class BrowserTests(RunningApplication application, Chromium chromium) : IClassFixture<Chromium>
{
    protected RunningApplication Application { get; } = application;

    protected async Task<IPage> OpenAsync(ColorScheme colors = ColorScheme.Light, int width = 1280, bool script = true)
    {
        await Application.StartAsync();
        return await chromium.OpenAsync(Application.Web, colors, width, script);
    }

    protected static ILocator Answer(IPage page) => page.Locator("#answer");

    protected static ILocator Stopped(IPage page) => page.Locator(".lane .stop");

    protected static async Task ExpectAnswerAsync(IPage page, string status, string text)
    {
        await Expect(Answer(page).Locator(".verdict strong")).ToHaveTextAsync(status);
        await Expect(Answer(page)).ToContainTextAsync(text);
    }

    protected static async Task BecomeAsync(IPage page, string persona)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = $"Become {persona}", Exact = true }).ClickAsync();
        await AnswerLoginAsync(page, persona);
        await Expect(page.GetByRole(AriaRole.Banner).Locator("b")).ToHaveTextAsync(persona);
    }

    /// <summary>Fills in the identity provider's own page. It asks for the name only where it does not know it.</summary>
    protected static async Task AnswerLoginAsync(IPage page, string persona)
    {
        await page.Locator("input[name=password]").WaitForAsync();
        var name = page.Locator("input[name=username]");
        if (await name.IsVisibleAsync() && await name.IsEditableAsync()) await name.FillAsync(persona);
        await page.Locator("input[name=password]").FillAsync(persona);
        await page.Keyboard.PressAsync("Enter");
    }
}
