using System.Diagnostics;
using AuthDemo.Tests.Application;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace AuthDemo.Tests.Browser;

/// <summary>
/// The README's moving picture, made from the running application and written where <c>AUTHDEMO_PICTURES</c> names a folder.
/// </summary>
[Collection(StandInApplication.Collection)]
public sealed class Pictures(StandInApplication application, Chromium chromium) : BrowserTests(application, chromium)
{
    private const int MillisecondsPerAnswer = 3500;

    /// <summary>The three answers of the story, each with its trace below, as one moving picture.</summary>
    [Fact]
    public async Task Three_answers_and_their_traces()
    {
        Assert.SkipWhen(Folder is null, "AUTHDEMO_PICTURES names no folder to write the pictures into.");
        // The first token makes the Api fetch the keys, which is another story.
        using (var visitor = await Application.VisitAsync("alice")) await visitor.RunScenarioAsync("badge");
        var page = await OpenAsync();
        var dashboard = await page.Context.NewPageAsync();
        await dashboard.GotoAsync(Application.DashboardLogin.ToString());
        List<byte[]> frames = [];
        await TellStoryAsync(page, async persona => frames.Add(await ComposeAsync(page, dashboard, persona)));

        Assert.All(frames, frame => Assert.True(frame.Length > 10_000));
        List<string> arguments = ["-loop", "0", "-d", $"{MillisecondsPerAnswer}", "-lossy", "-q", "80"];
        for (var i = 0; i < frames.Count; i++)
        {
            var frame = Path.Combine(Path.GetTempPath(), $"authdemo-frame-{i}.png");
            await File.WriteAllBytesAsync(frame, frames[i], TestContext.Current.CancellationToken);
            arguments.Add(frame);
        }

        // From Debian's package webp.
        using var tool = Process.Start("img2webp", [.. arguments, "-o", Path.Combine(Folder!, "answers.webp")]);
        await tool.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, tool.ExitCode);
    }

    private static string? Folder => Environment.GetEnvironmentVariable("AUTHDEMO_PICTURES") is { Length: > 0 } folder ? folder : null;

    private async Task<byte[]> ComposeAsync(IPage page, IPage dashboard, string persona)
    {
        var link = new Uri(Application.Web, await page.Locator($".act.p-{persona} a.trace").GetAttributeAsync("href"));
        await Application.Telemetry.WaitForTraceAsync(
            link.Segments[^1], spans => spans.Any(span => span is { Resource: "web", ParentId: "" }) && spans.Count > 3);
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
        var picture = await both.Locator("body").ScreenshotAsync();
        await both.CloseAsync();
        return picture;
    }
}
