using System.Text.RegularExpressions;
using AuthDemo.AppHost.Flows;
using AuthDemo.Tests.Application;
using AuthDemo.Web.Lab.Scenarios;
using AuthDemo.Web.Login;

namespace AuthDemo.Tests.Flows;

[Collection(StandInApplication.Collection)]
public sealed class StandInRunAllFlowsTests(StandInApplication application) : RunAllFlowsTests(application);

[Collection(KeycloakApplication.Collection)]
public sealed class KeycloakRunAllFlowsTests(KeycloakApplication application) : RunAllFlowsTests(application);

/// <summary>The dashboard's command, on the whole application.</summary>
public abstract partial class RunAllFlowsTests(RunningApplication application)
{
    [Fact]
    public async Task Command_runs_every_scenario_as_everybody_and_shows_the_answers()
    {
        var cancellation = TestContext.Current.CancellationToken;

        await application.StartAsync();
        var before = await CountRunsAsync();

        var result = await application.ExecuteAsync("web", "run-all-flows", cancellation);

        Assert.True(result.Success, $"{result.Message}\n{result.Data?.Value}");
        TestContext.Current.TestOutputHelper!.WriteLine(result.Message!);
        var summary = Summary().Match(result.Message!);
        var expected = ScenarioTable.All.Sum(scenario => Personas.All.Count(persona => scenario.Expected.For(persona) is not null));
        Assert.Equal((expected, "0"), (int.Parse(summary.Groups["runs"].Value), summary.Groups["failures"].Value));

        // Rows and cells are those of the table of scenarios, and no cell has anything else.
        var lines = result.Data!.Value.ReplaceLineEndings("\n").Split('\n').Where(line => line.StartsWith('|'));
        string[][] rows = [.. lines.Select(line => line[2..^2].Split(" | "))];
        Assert.Equal(["scenario", .. Personas.All], rows[0]);
        Assert.Equal(ScenarioTable.All.Select(scenario => scenario.Id), rows.Skip(2).Select(row => row[0]));
        foreach (var row in rows.Skip(2))
        {
            var scenario = ScenarioTable.Find(row[0])!;
            var answers = Personas.All.Select(scenario.Expected.For)
                .Select(answer => answer is null ? "" : $"{answer.Status} {answer.Reason}".TrimEnd());
            Assert.Equal(answers, row[1..]);
        }

        // Each run is a trace of its own in the dashboard's list: one that begins with the visitor's request to Web.
        var roots = 0;
        for (var end = DateTime.UtcNow.AddSeconds(30); roots < before + expected && DateTime.UtcNow < end; roots = await CountRunsAsync())
            await Task.Delay(500, cancellation);
        Assert.InRange(roots, before + expected, int.MaxValue);

        async Task<int> CountRunsAsync() => (await application.Telemetry.GetSpansAsync(cancellation))
            .Count(span => span is { Resource: "web", ParentId: "" } && span["http.route"] == "/lab/run/{scenario}");
    }

    [Fact]
    public async Task Wrong_password_is_a_clear_failure()
    {
        using var visitor = await application.VisitAsync();

        var failure = await Assert.ThrowsAsync<VisitException>(() =>
            visitor.LogInAsync("alice", "not her password", cancellation: TestContext.Current.CancellationToken));

        Assert.Equal(
            $"alice cannot log in: the login page at {application.Keycloak.GetLeftPart(UriPartial.Authority)} "
            + "does not accept the password.",
            failure.Message);
    }

    [GeneratedRegex(@"^(?<runs>\d+) runs, (?<failures>\d+) not as expected, \d+ s$")]
    private static partial Regex Summary();
}
