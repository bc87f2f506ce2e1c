using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace AuthDemo.Tests.Browser;

/// <summary>The pictures of the README's moving one, written where <c>AUTHDEMO_PICTURES</c> names a folder.</summary>
[Collection(StandInApplication.Collection)]
public sealed class Pictures(StandInApplication application, Chromium chromium) : BrowserTests(application, chromium)
{
    [Fact]
    public async Task Three_answers_and_their_traces()
    {
        Assert.SkipWhen(Folder is null, "AUTHDEMO_PICTURES names no folder to write the pictures into.");
        // The first token makes the Api fetch the keys, which is another story.
        using (var visitor = await Application.VisitAsync("alice")) await visitor.RunScenarioAsync("badge");
        var page = await OpenAsync();
        var dashboard = await page.Context.NewPageAsync();
        await dashboard.GotoAsync(Application.DashboardLogin.ToString());
        await TellStoryAsync(page, persona => ComposeAsync(page, dashboard, persona));
    }

    private static string? Folder => Environment.GetEnvironmentVariable("AUTHDEMO_PICTURES") is { Length: > 0 } folder ? folder : null;

    private async Task ComposeAsync(IPage page, IPage dashboard, string persona)
    {
        var link = new Uri(Application.Web, await page.Locator($".act.p-{persona} a.trace").GetAttributeAsync("href"));
        await Application.Telemetry.WaitForSpansAsync(
            "the trace", spans => spans.Any(span => span is { Resource: "web", ParentId: "" }) && spans.Count > 3, link.Segments[^1]);
        await dashboard.GotoAsync(link.ToString());
        await Expect(dashboard.Locator("body")).ToContainTextAsync("authenticate Bearer");
        await dashboard.WaitForTimeoutAsync(1000);

        await page.EvaluateAsync("document.activeElement.blur()");
        var story = await page.Locator("#story").ScreenshotAsync(new() { Animations = ScreenshotAnimations.Disabled });
        var trace = await dashboard.ScreenshotAsync(new() { Clip = new() { X = 69, Y = 133, Width = 1211, Height = 262 } });
        var both = await page.Context.NewPageAsync();
        await both.SetContentAsync($"""
            <body style="margin:0;width:1232px;height:870px;display:grid;align-content:space-between;background:white">
            <img width="1232" src="data:image/png;base64,{Convert.ToBase64String(story)}">
            <img width="1232" src="data:image/png;base64,{Convert.ToBase64String(trace)}">
            """);
        await both.Locator("body").ScreenshotAsync(new() { Path = Path.Combine(Folder!, $"answer-{persona}.png") });
        await both.CloseAsync();
    }
}
