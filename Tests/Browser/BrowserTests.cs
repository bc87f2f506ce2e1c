using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace AuthDemo.Tests.Browser;

/// <summary>What people do with a browser, over the whole application.</summary>
[Trait("Needs", "Processes")]
public abstract class BrowserTests(RunningApplication application, Chromium chromium) : IClassFixture<Chromium>
{
    protected RunningApplication Application { get; } = application;

    protected async Task<IPage> OpenAsync(
        string? path = null, ColorScheme colors = ColorScheme.Light, int width = 1280, bool script = true)
    {
        await Application.StartAsync();
        var page = await chromium.OpenAsync(Application.Web, colors, width, script);
        if (path is not null) await page.GotoAsync(path);
        return page;
    }

    protected static ILocator Answer(IPage page) => page.Locator("#answer");

    protected static ILocator Button(IPage page, string name) => page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    protected static async Task ExpectAnswerAsync(IPage page, string status, params string[] texts)
    {
        await Expect(Answer(page).Locator(".verdict strong")).ToHaveTextAsync(status);
        foreach (var text in texts) await Expect(Answer(page)).ToContainTextAsync(text);
    }

    protected static async Task BecomeAsync(IPage page, string persona)
    {
        await Button(page, $"Log in as {persona}").ClickAsync();
        await AnswerLoginAsync(page, persona);
        await Expect(page.GetByRole(AriaRole.Banner).Locator("b")).ToHaveTextAsync(persona);
    }

    protected static Task GuessAsync(IPage page, string guess) =>
        page.Locator($".ask button[name=prediction][value='{guess}']").ClickAsync();

    protected static async Task TellStoryAsync(IPage page, Func<string, Task>? afterAnswer = null)
    {
        await page.GotoAsync("/");
        foreach (var (persona, guess, status, reason, text, stops, next) in
            ((string, string, string, string, string, int, ILocator)[])
            [
                ("nobody", "403", "401", "no_credentials", "403 would mean that it knows who asks.", 1, Button(page, "Now as alice")),
                ("alice", "403", "403", "role_missing", "you said 403: right", 2, Button(page, "Now as admin")),
                ("admin", "204", "204", "done", "you said 204: right", 2, page.GetByRole(AriaRole.Link, new() { Name = "Next: Show" })),
            ])
        {
            await Expect(page.Locator("#now button[value='204']")).ToBeInViewportAsync(new() { Ratio = 1 });
            await GuessAsync(page, guess);
            var act = page.Locator($".act.p-{persona}");
            await Expect(act.Locator(".got strong")).ToHaveTextAsync(status);
            await Expect(act.Locator(".got code")).ToHaveTextAsync(reason);
            await Expect(act).ToContainTextAsync(text);
            await Expect(page.Locator("#story .stop")).ToHaveCountAsync(stops);
            await Expect(next).ToBeInViewportAsync(new() { Ratio = 1 });
            if (afterAnswer is not null) await afterAnswer(persona);
            if (persona == "admin") break;
            await next.ClickAsync();
            await AnswerLoginAsync(page, persona == "nobody" ? "alice" : "admin");
        }

        await Expect(page.Locator(".act.p-nobody .stop.authentication, .act.p-alice .stop.authorization")).ToHaveCountAsync(2);
        await Expect(page.Locator(".moral")).ToContainTextAsync("One request, three answers.");
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
