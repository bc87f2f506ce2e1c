using System.Collections.Concurrent;
using System.Globalization;
using AuthDemo.Web.Lab.Credentials;
using AuthDemo.Web.Lab.Scenarios;
using AuthDemo.Web.Login;
using Microsoft.AspNetCore.Authentication;

namespace AuthDemo.Web.Lab.Answers;

/// <summary>What one browser has seen in the lab, whoever it was logged in as.</summary>
public sealed class LabNotebook
{
    private readonly ConcurrentDictionary<(string Scenario, string Persona), RunResult> results = new();

    /// <summary>The session that was logged out last.</summary>
    internal EndedSession? EndedSession { get; private set; }

    /// <summary>Why the last run could not be made; the page says it once.</summary>
    internal string? Problem { private get; set; }

    /// <summary>What came back when the persona ran the scenario last; null before.</summary>
    public RunResult? Find(Scenario scenario, string persona) =>
        results.GetValueOrDefault((scenario.Id, scenario.DependsOnPersona ? persona : Personas.Nobody));

    internal void Add(Scenario scenario, RunResult result) =>
        results[(scenario.Id, scenario.DependsOnPersona ? result.Persona : Personas.Nobody)] = result;

    internal string? TakeProblem()
    {
        var problem = Problem;
        Problem = null;
        return problem;
    }

    internal void StartOver()
    {
        results.Clear();
        EndedSession = null;
    }

    internal async Task KeepEndedSessionAsync(HttpContext http)
    {
        if (await http.GetTokenAsync("access_token") is { } token
            && DateTimeOffset.TryParse(await http.GetTokenAsync("expires_at"), CultureInfo.InvariantCulture, out var expires))
        {
            EndedSession = new EndedSession(http.User.Identity?.Name ?? "somebody", token, expires);
        }
    }
}
