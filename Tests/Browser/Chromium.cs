using Microsoft.Playwright;

namespace AuthDemo.Tests.Browser;

/// <summary>The Chromium that is installed on this machine. Tests are skipped, with the reason, where there is none.</summary>
public sealed class Chromium : IAsyncDisposable
{
    private static readonly string[] Names =
        ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome.exe", "msedge.exe"];

    private const int Timeout = 120_000; // milliseconds, for whatever is waited for
    private IPlaywright? playwright;
    private IBrowser? browser;

    public async Task<IPage> OpenAsync(Uri web, ColorScheme colors = ColorScheme.Light, int width = 1280, bool script = true)
    {
        var executable = Find();
        Assert.SkipWhen(executable is null, "No Chromium is installed: install the package chromium, or set CHROMIUM to an executable.");

        playwright ??= await Playwright.CreateAsync();
        // Containers have no sandbox for it, and these pages are our own.
        browser ??= await playwright.Chromium.LaunchAsync(new() { ExecutablePath = executable, Args = ["--no-sandbox"] });
        var context = await browser.NewContextAsync(new()
        {
            BaseURL = web.ToString(),
            ColorScheme = colors,
            JavaScriptEnabled = script,
            ViewportSize = width < 600 ? new() { Width = width, Height = 844 } : new() { Width = width, Height = 800 },
        });
        context.SetDefaultTimeout(Timeout);
        Assertions.SetDefaultExpectTimeout(Timeout);
        return await context.NewPageAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null) await browser.DisposeAsync();
        playwright?.Dispose();
    }

    private static string? Find() =>
        Environment.GetEnvironmentVariable("CHROMIUM") is { Length: > 0 } chosen
            ? chosen
            : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
                .SelectMany(folder => Names.Select(name => Path.Combine(folder, name)))
                .FirstOrDefault(File.Exists);
}
