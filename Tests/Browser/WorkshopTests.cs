using System.Text.RegularExpressions;
using AuthDemo.Tests.Application;
using AuthDemo.Web.Lab.Scenarios;

namespace AuthDemo.Tests.Browser;

/// <summary>Gives the workshop as docs/workshop.md tells it, on half a projector.</summary>
[Collection(StandInApplication.Collection)]
public sealed partial class WorkshopTests(StandInApplication application, Chromium chromium) : BrowserTests(application, chromium)
{
    [Fact]
    public async Task Workshop_can_be_given_as_it_is_written()
    {
        var sections = File.ReadAllText(Repository.PathOf("docs/workshop.md")).Split("\n## ");
        var page = await OpenAsync(width: 960);
        await Application.ExecuteAsync("web", "run-all-flows", TestContext.Current.CancellationToken);
        await TellStoryAsync(page);
        foreach (var link in await page.Locator(".act a.trace").AllAsync())
        {
            var trace = new Uri(await link.GetAttributeAsync("href") ?? "").Segments[^1];
            await Application.Telemetry.WaitForTraceAsync(trace, spans => spans.Any(span => span is { Resource: "web", ParentId: "" }));
        }

        var persona = "admin";
        var ran = 0;
        foreach (var section in sections.Where(section => Time().IsMatch(section)).Skip(2))
        {
            if (section.Contains("As bob") && persona != "bob") await BecomeAsync(page, persona = "bob");
            foreach (Match bold in Bold().Matches(section))
            {
                if (ScenarioTable.All.FirstOrDefault(scenario => scenario.Title == bold.Groups[1].Value) is not { } scenario) continue;
                await page.GotoAsync($"/lab/{scenario.Id}");
                // Who waits for a login to grow old sees the seconds; here it is never the fresh one that is refused.
                var expected = scenario.Expected.For(persona)!;
                await GuessAsync(page, "401");
                await ExpectAnswerAsync(page, $"{expected.Status}", expected.Reason ?? "");
                ran++;
            }
        }

        Assert.Equal(8, ran);
    }

    [GeneratedRegex(@"^\d:\d\d ")]
    private static partial Regex Time();

    [GeneratedRegex(@"\*\*([^*]+)\*\*")]
    private static partial Regex Bold();
}
