using System.Collections.Concurrent;
using System.Text.Json;
using AuthDemo.AppHost.Flows;
using AuthDemo.Tests.Application;
using AuthDemo.Web.Http;
using AuthDemo.Web.Lab.Credentials;
using AuthDemo.Web.Lab.Scenarios;
using AuthDemo.Web.Login;

namespace AuthDemo.Tests.Flows;

[Collection(StandInApplication.Collection)]
public sealed class StandInLabFlowTests(StandInApplication application) : LabFlowTests(application);

[Collection(KeycloakApplication.Collection)]
public sealed class KeycloakLabFlowTests(KeycloakApplication application) : LabFlowTests(application);

/// <summary>Runs the table of scenarios over the whole application, as everybody whom it names.</summary>
public abstract class LabFlowTests(RunningApplication application)
{
    // One login a persona and application serves all scenarios that do not ask for another: logins are the slow part.
    private static readonly ConcurrentDictionary<(RunningApplication, string), Lazy<Task<Visitor>>> Visitors = new();

    public static TheoryData<string> AllScenarios => [.. ScenarioTable.All.Select(s => s.Id)];

    [Theory]
    [MemberData(nameof(AllScenarios))]
    public async Task Scenario_is_answered_as_its_table_says_and_its_trace_names_the_reason(string id)
    {
        var scenario = ScenarioTable.Find(id)!;
        var runs = new List<(string Persona, Expectation Expected, JsonElement Run)>();
        foreach (var persona in Personas.All)
        {
            if (scenario.Expected.For(persona) is not { } expected) continue;
            var visitor = await FindVisitorAsync(scenario.Need, persona);
            runs.Add((persona, expected, await RunWhenReadyAsync(visitor, id)));
        }

        Assert.NotEmpty(runs);
        foreach (var (persona, expected, run) in runs)
        {
            var answer = $"{persona}: {Text(run, "status")} {Text(run, "reason")} {Text(run, "challengeHeader")}".TrimEnd();
            var challenge = Text(run, "challengeHeader") is { } header ? Challenge.Parse(header)[0] : null;
            Assert.True(expected.Fits(run.GetProperty("status").GetInt32(), Text(run, "reason"), challenge),
                $"Expected {expected}, got {answer}");
            if (scenario.Request.Target == Target.Api) await AssertTraceNamesAsync(run, expected);
        }
    }

    private async Task AssertTraceNamesAsync(JsonElement run, Expectation expected)
    {
        var trace = await application.Telemetry.WaitForTraceAsync(Text(run, "traceId")!, spans => spans.Any(IsApiServerSpan));
        var server = trace.Last(IsApiServerSpan);
        if (trace.Count(IsApiServerSpan) == 1) Assert.Equal($"{expected.Status}", server["http.response.status_code"]);
        if (expected.Reason is null or "not_found") return;
        Assert.Contains(trace, s => s.Resource == "api" && s["auth.reason"] == expected.Reason);
    }

    private static bool IsApiServerSpan(Span span) => span is { Resource: "api", IsServer: true };

    private Task<Visitor> FindVisitorAsync(Need need, string persona) => (need, persona) switch
    {
        (Need.EndedSession, _) => LogOutAndInAsync(persona),
        (Need.VisitorsScope, not Personas.Nobody) => LogInAsync(persona, Credential.VisitorsScope),
        (Need.FreshLoginOfAdmin, Personas.Admin) => LogInAsync(persona),
        _ => Visitors.GetOrAdd((application, persona), key => new(() => LogInAsync(key.Item2))).Value,
    };

    private async Task<Visitor> LogInAsync(string persona, string? scope = null)
    {
        var visitor = await application.VisitAsync();
        if (persona != Personas.Nobody) await visitor.LogInAsync(persona, password: persona, scope);
        return visitor;
    }

    private async Task<Visitor> LogOutAndInAsync(string persona)
    {
        var visitor = await LogInAsync(Personas.Alice);
        await visitor.LogOutAsync();
        if (persona != Personas.Nobody) await visitor.LogInAsync(persona, password: persona);
        return visitor;
    }

    /// <summary>A scenario about an old login, or an expired token, has to wait until it is old enough; the lab says so with 409.</summary>
    private static async Task<JsonElement> RunWhenReadyAsync(Visitor visitor, string id)
    {
        for (var end = DateTime.UtcNow.AddSeconds(90); ; await Task.Delay(1000))
        {
            try
            {
                return await visitor.RunScenarioAsync(id);
            }
            catch (NotReadyException) when (DateTime.UtcNow < end)
            {
            }
        }
    }

    private static string? Text(JsonElement run, string name) =>
        run.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value.ToString() : null;
}
