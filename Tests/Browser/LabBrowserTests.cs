using AuthDemo.Tests.Application;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace AuthDemo.Tests.Browser;

/// <summary>The lab itself, which is the same on every identity provider.</summary>
[Collection(StandInApplication.Collection)]
public sealed class LabBrowserTests(StandInApplication application, Chromium chromium) : BrowserTests(application, chromium)
{
    [Fact]
    public async Task Trace_link_opens_the_trace_of_this_very_run()
    {
        var page = await OpenAsync();
        await page.GotoAsync(Application.DashboardLogin.ToString());
        await page.GotoAsync("/lab/enter-workshop");
        await page.GetByRole(AriaRole.Button, new() { Name = "Send it without a login" }).ClickAsync();
        var link = await page.Locator("#trace").GetAttributeAsync("href") ?? "";
        var traceId = link[(link.LastIndexOf('/') + 1)..];
        await Application.Telemetry.WaitForTraceAsync(traceId, spans => spans.Any(span => span["auth.reason"] == "no_credentials"));

        await page.GotoAsync(link);

        Assert.Contains(traceId, page.Url, StringComparison.Ordinal);
        await Expect(page.Locator("body")).ToContainTextAsync("POST /rooms/{id}/entries");
        await Expect(page.Locator("body")).ToContainTextAsync("authenticate Bearer");
    }

    [Fact]
    public async Task Keyboard_alone_is_enough()
    {
        var page = await OpenAsync();
        await page.GotoAsync("/");

        await page.Keyboard.PressAsync("Tab");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Skip to the content" })).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("4");
        await Expect(page.GetByRole(AriaRole.Radio, new() { Name = "401" })).ToBeCheckedAsync();
        await page.Keyboard.PressAsync("Enter");
        await ExpectAnswerAsync(page, "401", "no_credentials");
        await Expect(Answer(page)).ToBeFocusedAsync();

        await TabToAsync(page, "Next: Walk into the lobby");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Walk into the lobby" })).ToBeFocusedAsync();

        await page.GotoAsync("/lab/delete-user");
        await TabToAsync(page, "Become alice");
        await page.Keyboard.PressAsync("Enter");
        await page.Locator("input[name=username]").WaitForAsync();
        await page.Locator("input[name=username]").FocusAsync();
        await page.Keyboard.PressAsync("ControlOrMeta+A");
        await page.Keyboard.TypeAsync("alice");
        await page.Keyboard.PressAsync("Tab");
        await page.Locator("input[name=password]").FocusAsync();
        await page.Keyboard.TypeAsync("alice");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Send it as alice" })).ToBeVisibleAsync();

        await page.Keyboard.PressAsync("5");
        await page.Keyboard.PressAsync("Enter");
        await ExpectAnswerAsync(page, "403", "role_missing");
    }

    [Fact]
    public async Task Everything_works_without_script()
    {
        var page = await OpenAsync(script: false);
        await page.GotoAsync("/lab/enter-boiler-room");

        await BecomeAsync(page, "alice");
        await page.GetByRole(AriaRole.Radio, new() { Name = "403" }).CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Send it as alice" }).ClickAsync();
        await ExpectAnswerAsync(page, "403", "group_missing");
        await Expect(Answer(page)).ToContainTextAsync("Right.");

        await page.GetByRole(AriaRole.Button, new() { Name = "Run all as alice" }).ClickAsync(new() { Timeout = 60_000 });
        await Expect(page.Locator("#matrix td.s403").First).ToBeVisibleAsync(new() { Timeout = 60_000 });
        Assert.True(await page.Locator("#matrix td:not(.open)").CountAsync() > 35);

        await page.GotoAsync("/admin");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "You may not see this page" })).ToBeVisibleAsync();
        await BecomeAsync(page, "admin");
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete Dave Dubois" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("204");
        await page.GetByRole(AriaRole.Button, new() { Name = "Put everybody back" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Delete Dave Dubois" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task All_scenarios_run_with_progress()
    {
        var page = await OpenAsync();
        await page.GotoAsync("/");
        await page.GetByRole(AriaRole.Button, new() { Name = "Run all as nobody" }).ClickAsync();
        await Expect(page.Locator("#matrix progress")).ToBeVisibleAsync();
        await Expect(page.Locator("#matrix")).ToBeFocusedAsync(new() { Timeout = 60_000 });
        Assert.True(await page.Locator("#matrix td:not(.open)").CountAsync() > 35);
        await Expect(page.Locator("#matrix td.s403").First).ToBeVisibleAsync();
    }

    [Theory]
    [InlineData(ColorScheme.Light, 1280)]
    [InlineData(ColorScheme.Dark, 1280)]
    [InlineData(ColorScheme.Light, 360)]
    public async Task Pages_are_accessible_and_fit_the_screen(ColorScheme colors, int width)
    {
        var page = await OpenAsync(colors, width);
        foreach (var path in (string[])["/", "/learn", "/login/failed?reason=state_lost", "/nowhere"]) await CheckAsync(page, path);

        await page.GotoAsync("/lab/visitors");
        await BecomeAsync(page, "alice");
        await page.GetByRole(AriaRole.Button, new() { Name = "Send it as alice" }).ClickAsync();
        await ExpectAnswerAsync(page, "403", "scope_missing");
        foreach (var path in (string[])["/lab/visitors", "/lab/visitors-with-scope", "/me", "/admin"]) await CheckAsync(page, path);

        await BecomeAsync(page, "admin");
        await CheckAsync(page, "/admin");
    }

    private static async Task CheckAsync(IPage page, string path)
    {
        await page.GotoAsync(path);
        var result = await page.RunAxe();
        Assert.Empty(result.Violations.Where(v => v.Impact is "serious" or "critical").Select(v => $"{path}: {v.Id} {v.Nodes[0].Html}"));
        var overflow = await page.EvaluateAsync<int>("document.documentElement.scrollWidth - innerWidth");
        Assert.True(overflow <= 0, $"{path} is {overflow} pixels wider than the screen.");
    }

    private static async Task TabToAsync(IPage page, string name)
    {
        for (var i = 0; i < 150; i++)
        {
            await page.Keyboard.PressAsync("Tab");
            if ((await page.EvaluateAsync<string>("document.activeElement.textContent")).Trim().StartsWith(name, StringComparison.Ordinal)) return;
        }

        Assert.Fail($"The Tab key does not lead to '{name}'.");
    }
}
