using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace AuthDemo.AppHost.Flows;

/// <summary>Everybody runs the lab's scenarios: all at the same time, each one scenario after another.</summary>
/// <param name="web">The address of Web.</param>
/// <param name="users">Who logs in.</param>
/// <param name="log">Tells how far they are.</param>
internal sealed class AllFlows(Uri web, IReadOnlyList<Person> users, ILogger log)
{
    private const int MaxAttempts = 3;
    private static readonly TimeSpan MinWait = TimeSpan.FromSeconds(1);

    /// <summary>The order saves logins: a fresh one comes first, then an old one, and a code makes it fresh again.</summary>
    private static readonly string[] NeedsInOrder =
        ["FreshLogin", "Nothing", "Login", "NoScope", "PasswordOnly", "EndedSession", "OldLogin", "Scope", "SecondFactor"];

    private readonly ConcurrentBag<Flow> flows = [];

    /// <exception cref="VisitException">Web or the identity provider does not answer, or not as they should.</exception>
    public async Task<FlowTable> RunAsync(CancellationToken cancellation)
    {
        var watch = Stopwatch.StartNew();
        using var reader = new Visitor(web);
        var scenarios = await reader.FindScenariosAsync(cancellation);
        Person[] people = [Person.Nobody, .. users];
        var runs = people.ToDictionary(person => person, person => RunsOf(person, scenarios));
        var count = runs.Values.Sum(list => list.Count);
        log.LogInformation("All flows: {Count} runs", count);

        // One who cannot go on stops the others.
        var together = new ParallelOptions { MaxDegreeOfParallelism = people.Length, CancellationToken = cancellation };
        await Parallel.ForEachAsync(people, together, async (person, stop) =>
        {
            using var visitor = new Visitor(web);
            await LogInAsync(visitor, person, stop);
            foreach (var scenario in runs[person])
            {
                await PrepareAsync(visitor, person, scenario, stop);
                flows.Add(await RunAsync(visitor, person, scenario.Id, stop));
                if (flows.Count % 10 == 0) log.LogInformation("All flows: {Done} of {Count}", flows.Count, count);
            }
        });

        var table = new FlowTable([.. scenarios.Select(s => s.Id)], [.. people.Select(p => p.Name)], [.. flows], watch.Elapsed);
        log.LogInformation("All flows: {Summary}", table.Summary);
        return table;
    }

    private static List<LabScenario> RunsOf(Person person, IEnumerable<LabScenario> scenarios) =>
    [
        .. from scenario in scenarios
           where person == Person.Nobody ? scenario.Needs != "Login" : !scenario.IsSameForAll
           orderby Array.IndexOf(NeedsInOrder, scenario.Needs)
           select scenario,
    ];

    private async Task PrepareAsync(Visitor visitor, Person person, LabScenario scenario, CancellationToken cancellation)
    {
        // One login for the scope and the code: the scenarios that need the latter come next.
        if (scenario.Needs == "Scope" && person.Authenticator is { } authenticator)
        {
            await visitor.ConfirmAsync(person.Name, authenticator, scope: "visitors:read", cancellation);
        }
        else if (scenario.Needs == "EndedSession")
        {
            await LogInAsync(visitor, users[0], cancellation);
            await visitor.LogOutAsync(cancellation);
        }
    }

    private static async Task<Flow> RunAsync(Visitor visitor, Person person, string scenario, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var flow = Flow.Read(await visitor.RunScenarioAsync(scenario, cancellation));
                return flow.Persona == person.Name ? flow : throw new VisitException(
                    $"Web took {person} for {flow.Persona} in the scenario {scenario}: the session has ended.");
            }
            catch (NotReadyException notReady) when (attempt < MaxAttempts)
            {
                if (notReady.Wait is { } wait)
                {
                    await Task.Delay(wait > MinWait ? wait : MinWait, cancellation);
                }
                else // on a slow machine a login is no longer fresh
                {
                    await visitor.LogOutAsync(cancellation);
                    await LogInAsync(visitor, person, cancellation);
                }
            }
        }
    }

    private static Task LogInAsync(Visitor visitor, Person person, CancellationToken cancellation) =>
        person.Password is { } password ? visitor.LogInAsync(person.Name, password, cancellation) : Task.CompletedTask;
}
