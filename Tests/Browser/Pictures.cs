using AuthDemo.Tests.Application;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace AuthDemo.Tests.Browser;

/// <summary>
/// The README's pictures, made from the running application. They are written where <c>AUTHDEMO_PICTURES</c> names a folder; else this
/// only holds that they can be made.
/// </summary>
[Collection(StandInApplication.Collection)]
public sealed class Pictures(StandInApplication application, Chromium chromium) : BrowserTests(application, chromium)
{
    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Story_after_its_three_answers(ColorScheme colors)
    {
        var page = await OpenAsync(colors);
        await TellStoryAsync(page);
        await page.EvaluateAsync("document.activeElement.blur()");
        await SaveAsync(page, $"story-{colors.ToString().ToLowerInvariant()}.png");
    }

    [Fact]
    public async Task Trace_of_the_403()
    {
        var page = await OpenAsync();
        await page.GotoAsync(Application.DashboardLogin.ToString());
        await page.GotoAsync("/lab/delete-user");
        await BecomeAsync(page, "alice");
        await GuessAsync(page, "403");
        var link = await Answer(page).Locator("a.trace").GetAttributeAsync("href") ?? "";
        var traceId = link[(link.LastIndexOf('/') + 1)..];
        await Application.Telemetry.WaitForTraceAsync(traceId, spans => spans.Any(span => span["auth.reason"] == "role_missing"));

        await page.GotoAsync(new Uri(Application.Dashboard, new Uri(link).PathAndQuery).ToString());
        await Expect(page.Locator("body")).ToContainTextAsync("authorize AdminsOnly");
        await page.WaitForTimeoutAsync(1500);
        await SaveAsync(page, "trace.png", height: 430);
    }

    private static async Task SaveAsync(IPage page, string name, int height = 800)
    {
        var picture = await page.ScreenshotAsync(new()
        {
            Animations = ScreenshotAnimations.Disabled,
            Clip = new() { Width = 1280, Height = height },
        });
        Assert.True(picture.Length > 10_000);
        if (Environment.GetEnvironmentVariable("AUTHDEMO_PICTURES") is { Length: > 0 } folder)
            await File.WriteAllBytesAsync(Path.Combine(folder, name), picture, TestContext.Current.CancellationToken);
    }
}
