using AuthDemo.Tests.Application;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace AuthDemo.Tests.Browser;

/// <summary>What people do with a browser, over the whole application.</summary>
[Trait("Needs", "Processes")]
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
        var banner = page.GetByRole(AriaRole.Banner);
        await banner.GetByRole(AriaRole.Button, new() { Name = $"Log in as {persona}", Exact = true }).ClickAsync();
        await AnswerLoginAsync(page, persona);
        await Expect(page.GetByRole(AriaRole.Banner).Locator("b")).ToHaveTextAsync(persona);
    }

    /// <summary>Guesses, which sends the request.</summary>
    protected static Task GuessAsync(IPage page, string guess) =>
        page.Locator($".ask button[name=prediction][value='{guess}']").ClickAsync();

    /// <summary>Runs the story from its beginning to its moral, and looks at each step whether the next one is on the screen.</summary>
    protected static async Task TellStoryAsync(IPage page, Func<int, Task>? afterAnswer = null)
    {
        await page.GotoAsync("/");
        await ExpectNextOnScreenAsync(page.Locator("#now button[value='204']"));

        await GuessAsync(page, "403");
        await ExpectActAsync(page, "nobody", "401", "no_credentials", "403 would mean that it knows who asks.");
        await Expect(page.Locator(".act .stop.authentication")).ToHaveCountAsync(1);
        var alice = page.GetByRole(AriaRole.Button, new() { Name = "Now as alice" });
        await ExpectNextOnScreenAsync(alice);
        if (afterAnswer is not null) await afterAnswer(1);

        await alice.ClickAsync();
        await AnswerLoginAsync(page, "alice");
        await ExpectNextOnScreenAsync(page.Locator("#now button[value='204']"));
        await GuessAsync(page, "403");
        await ExpectActAsync(page, "alice", "403", "role_missing", "you said 403: right");
        await Expect(page.Locator(".act .stop.authorization")).ToHaveCountAsync(1);
        var admin = page.GetByRole(AriaRole.Button, new() { Name = "Now as admin" });
        await ExpectNextOnScreenAsync(admin);
        if (afterAnswer is not null) await afterAnswer(2);

        await admin.ClickAsync();
        await AnswerLoginAsync(page, "admin");
        await ExpectNextOnScreenAsync(page.Locator("#now button[value='204']"));
        await GuessAsync(page, "204");
        await ExpectActAsync(page, "admin", "204", "done", "you said 204: right");
        await Expect(page.Locator("#story .stop")).ToHaveCountAsync(2);
        await ExpectNextOnScreenAsync(page.GetByRole(AriaRole.Link, new() { Name = "Next: Show your badge" }));
        await Expect(page.Locator(".moral")).ToContainTextAsync("One request, three answers.");
        if (afterAnswer is not null) await afterAnswer(3);
    }

    private static async Task ExpectActAsync(IPage page, string persona, string status, string reason, string text)
    {
        var act = page.Locator($".act.p-{persona}");
        await Expect(act.Locator(".got strong")).ToHaveTextAsync(status);
        await Expect(act.Locator(".got code")).ToHaveTextAsync(reason);
        await Expect(act).ToContainTextAsync(text);
    }

    private static async Task ExpectNextOnScreenAsync(ILocator next) => await Expect(next).ToBeInViewportAsync(new() { Ratio = 1 });

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
