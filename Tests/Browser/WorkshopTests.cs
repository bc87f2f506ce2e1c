using System.Diagnostics;
using System.Text.RegularExpressions;
using AuthDemo.Tests.Application;
using AuthDemo.Web.Lab.Scenarios;

namespace AuthDemo.Tests.Browser;

/// <summary>
/// Gives the workshop as docs/workshop.md tells it, on half a projector, and writes how long the machine takes for each part.
/// </summary>
[Collection(StandInApplication.Collection)]
public sealed partial class WorkshopTests(StandInApplication application, Chromium chromium) : BrowserTests(application, chromium)
{
    [Fact]
    public async Task Workshop_can_be_given_as_it_is_written()
    {
        var sections = File.ReadAllText(Repository.PathOf("docs/workshop.md")).Split("\n## ");
        var page = await OpenAsync(width: 960);
        var clock = Stopwatch.StartNew();
        await Application.ExecuteAsync("web", "run-all-flows", TestContext.Current.CancellationToken);
        Tell("warm-up: Run all flows");

        await TellStoryAsync(page);
        Tell("0:00 One request, three people");
        foreach (var link in await page.Locator(".act a.trace").AllAsync())
        {
            var trace = new Uri(await link.GetAttributeAsync("href") ?? "").Segments[^1];
            await Application.Telemetry.WaitForTraceAsync(trace, spans => spans.Any(span => span is { Resource: "web", ParentId: "" }));
        }

        Tell("0:05 The same three in the traces");

        var persona = "admin";
        var ran = 0;
        foreach (var section in sections.Where(section => Time().IsMatch(section)).Skip(2))
        {
            if (section.Contains("As bob") && persona != "bob") await BecomeAsync(page, persona = "bob");
            foreach (var scenario in Bold().Matches(section).Select(bold => FindByTitle(bold.Groups[1].Value)).OfType<Scenario>())
            {
                await page.GotoAsync($"/lab/{scenario.Id}");
                // Who waits for a login to grow old sees the seconds; here it is never the fresh one that is refused.
                var expected = scenario.Expected.For(persona)!;
                await page.Locator(".ask button[value='401']").ClickAsync();
                await ExpectAnswerAsync(page, $"{expected.Status}", expected.Reason ?? "");
                ran++;
            }

            Tell(section.Split('\n')[0]);
        }

        Assert.Equal(8, ran);

        void Tell(string what)
        {
            TestContext.Current.TestOutputHelper!.WriteLine($"{clock.Elapsed.TotalSeconds,6:0.0} s  {what}");
            clock.Restart();
        }
    }

    private static Scenario? FindByTitle(string title) => ScenarioTable.All.FirstOrDefault(scenario => scenario.Title == title);

    [GeneratedRegex(@"^\d:\d\d ")]
    private static partial Regex Time();

    [GeneratedRegex(@"\*\*([^*]+)\*\*")]
    private static partial Regex Bold();
}
