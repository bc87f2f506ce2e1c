using AuthDemo.AppHost.Flows;
using AuthDemo.Web.Lab.Scenarios;
using AuthDemo.Web.Login;

namespace AuthDemo.Tests.Flows;

[Collection(StandInApplication.Collection)]
public sealed class StandInRunAllFlowsTests(StandInApplication application) : RunAllFlowsTests(application);

[Collection(KeycloakApplication.Collection)]
public sealed class KeycloakRunAllFlowsTests(KeycloakApplication application) : RunAllFlowsTests(application);

[Collection(ContainerApplication.Collection)]
public sealed class ContainerRunAllFlowsTests(ContainerApplication application) : RunAllFlowsTests(application);

/// <summary>The dashboard's command on the whole application: every scenario, the table of answers and their traces.</summary>
[Trait("Needs", "Processes")]
public abstract partial class RunAllFlowsTests(RunningApplication application)
{
    [Fact]
    public async Task Every_scenario_is_answered_as_its_table_says_and_its_trace_shows_who_decided()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await application.StartAsync();
        var before = (await application.Telemetry.GetSpansAsync()).Select(span => span.TraceId).ToHashSet();

        var result = await application.ExecuteAsync("web", "run-all-flows", cancellation);

        Assert.True(result.Success, $"{result.Message}\n{result.Data?.Value}");
        var runs = ReadTable(result.Data!.Value);
        Assert.Matches($"^{runs.Count} runs, 0 not as expected, \\d+ s$", result.Message);

        // Who has a cell of their own, and what stands in it, is what the table of scenarios says.
        var expected =
            from scenario in ScenarioTable.All
            from persona in Personas.All
            where scenario.SameFor switch
            {
                "everybody" => persona == Personas.Nobody,
                "people" => persona is Personas.Nobody or Personas.Alice,
                _ => true,
            }
            let answer = scenario.Expected.For(persona)
            where answer is not null
            select (scenario.Id, persona, $"{answer.Status} {answer.Reason}".TrimEnd());
        Assert.Equal(expected, runs.Select(run => (run.Scenario, run.Persona, run.Answer)));

        var traces = await WaitForTracesAsync(runs, before);
        Assert.InRange(traces.Count, runs.Count, 110);
        // Each begins with a request of a person, and is named after what came of it: no health check, page load, file or key fetch.
        Assert.DoesNotContain(traces.SelectMany(trace => Roots(trace.Value)), root =>
            !root.IsServer || root.Resource is not ("web" or "api") || root.Name.StartsWith("POST /lab/run", StringComparison.Ordinal)
            || root["url.path"] is "/health" or "/alive" or "/app.css" or "/app.js" or "/" or "/learn");
        foreach (var run in runs) AssertTrace(run, traces[run.TraceId]);
    }

    [Fact]
    public async Task Wrong_password_is_a_clear_failure()
    {
        using var visitor = await application.VisitAsync();
        var failure = await Assert.ThrowsAsync<VisitException>(() => visitor.LogInAsync("alice", "not her password"));
        Assert.Equal(
            $"alice cannot log in: the login page at {application.Keycloak.GetLeftPart(UriPartial.Authority)} "
            + "does not accept the password.",
            failure.Message);
    }

    private static void AssertTrace(Run run, IReadOnlyList<Span> trace)
    {
        var scenario = ScenarioTable.Find(run.Scenario)!;
        var expected = scenario.Expected.For(run.Persona)!;
        var root = Assert.Single(Roots(trace));
        Assert.Equal($"{run.Answer}: {run.Scenario} as {run.Persona}", root.Name);
        Assert.Equal(
            (run.Scenario, run.Persona, $"{expected.Status}"), (root["lab.scenario"], root["lab.persona"], root["lab.status"]));
        if (scenario.Request.Target != Target.Api) return;

        var server = trace.Last(IsServerOfApi);
        Assert.Equal($"{expected.Status}", server["http.response.status_code"]);
        Assert.False(server.IsError, "A 4xx is no error of the server (OpenTelemetry's HTTP conventions).");

        // One red mark: that of the decision. Where no decision refused (400, 404 of an endpoint) there is none.
        var marks = trace.Where(span => span.IsError && !scenario.Request.RefusalIsAnError).ToArray();
        Assert.InRange(marks.Length, expected.Status is 401 or 403 && !scenario.Request.RefusalIsAnError ? 1 : 0, 1);
        Assert.All(marks, mark => Assert.Equal("AuthDemo.Auth", mark.Source));
        if (expected.Reason is not (null or "not_found")) Assert.Contains(trace, span => span["auth.reason"] == expected.Reason);
    }

    private static List<Run> ReadTable(string markdown)
    {
        var lines = markdown.ReplaceLineEndings("\n").Split('\n').Where(line => line.StartsWith('|'));
        string[][] rows = [.. lines.Select(line => line[2..^2].Split(" | "))];
        Assert.Equal(["scenario", .. Personas.All], rows[0]);
        return
        [
            .. from row in rows.Skip(2)
               from column in Enumerable.Range(1, Personas.All.Count)
               let cell = Cell().Match(row[column])
               where row[column].Trim().Length > 0
               select new Run(row[0], Personas.All[column - 1], cell.Groups["answer"].Value, cell.Groups["trace"].Value),
        ];
    }

    /// <summary>The new traces, as soon as those of all runs have their first span and the Api's.</summary>
    private async Task<Dictionary<string, IReadOnlyList<Span>>> WaitForTracesAsync(IReadOnlyList<Run> runs, HashSet<string> before)
    {
        Dictionary<string, IReadOnlyList<Span>> traces = [];
        Run[] missing = [];
        await application.Telemetry.WaitForSpansAsync("the traces of all runs are complete", spans =>
        {
            traces = spans.Where(span => !before.Contains(span.TraceId)).GroupBy(span => span.TraceId)
                .ToDictionary(trace => trace.Key, trace => (IReadOnlyList<Span>)[.. trace]);
            missing = [.. runs.Where(run => !traces.TryGetValue(run.TraceId, out var spans) || !Roots(spans).Any()
                || (ScenarioTable.Find(run.Scenario)!.Request.Target == Target.Api && !spans.Any(IsServerOfApi))
                || spans.Any(span => span.ParentId != "" && spans.All(other => other.Id != span.ParentId)))];
            return missing is [];
        }, instead: () => string.Join<Run>(", ", missing));
        return traces;
    }

    private static bool IsServerOfApi(Span span) => span is { Resource: "api", IsServer: true };

    private static IEnumerable<Span> Roots(IEnumerable<Span> spans) => spans.Where(span => span.ParentId == "");

    [GeneratedRegex(@"^\[(?<answer>[^\]]+)\]\(\S+/traces/detail/(?<trace>[0-9a-f]{32})\)$")]
    private static partial Regex Cell();

    private sealed record Run(string Scenario, string Persona, string Answer, string TraceId);
}
