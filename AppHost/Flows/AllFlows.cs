using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace AuthDemo.AppHost.Flows;

/// <summary>Everybody runs every scenario of the lab: all at the same time, each one scenario after another.</summary>
/// <param name="web">The address of Web.</param>
/// <param name="users">Who logs in.</param>
/// <param name="log">Tells how far each is.</param>
internal sealed class AllFlows(Uri web, IReadOnlyList<Person> users, ILogger log)
{
    private const string VisitorsScope = "visitors:read";
    private static readonly TimeSpan ShortestWait = TimeSpan.FromSeconds(1);

    private readonly ConcurrentBag<Flow> flows = [];

    /// <exception cref="VisitException">Web or the identity provider does not answer, or not as they should.</exception>
    public async Task<FlowTable> RunAsync(CancellationToken cancellation)
    {
        var watch = Stopwatch.StartNew();
        (Person Person, Visitor Visitor)[] visits = [.. users.Prepend(Person.Nobody).Select(person => (person, new Visitor(web)))];
        // One who cannot go on stops the others.
        var together = new ParallelOptions { MaxDegreeOfParallelism = visits.Length, CancellationToken = cancellation };
        try
        {
            // First, since one scenario waits until a login is old.
            await Parallel.ForEachAsync(visits, together, async (visit, stop) => await LogInAsync(visit.Visitor, visit.Person, stop));
            log.LogInformation("All flows: {People} are logged in", string.Join(", ", users));
            var scenarios = await visits[0].Visitor.FindScenariosAsync(cancellation);
            await Parallel.ForEachAsync(visits, together, async (visit, stop) =>
                await RunAsync(scenarios, visit.Visitor, visit.Person, stop));

            var table = new FlowTable(scenarios, [.. visits.Select(visit => visit.Person.Name)], [.. flows], watch.Elapsed);
            log.LogInformation("All flows: {Summary}", table.Summary);
            return table;
        }
        finally
        {
            foreach (var visit in visits) visit.Visitor.Dispose();
        }
    }

    private async Task RunAsync(IReadOnlyList<string> scenarios, Visitor visitor, Person person, CancellationToken cancellation)
    {
        List<NotReadyException> later = [];
        foreach (var scenario in scenarios)
        {
            try
            {
                await RunAsync(scenario, visitor, person, cancellation);
            }
            catch (NotReadyException notReady)
            {
                later.Add(notReady);
            }
        }

        var done = scenarios.Count - later.Count;
        log.LogInformation("All flows: {Person} has run {Count} of {All} scenarios", person, done, scenarios.Count);
        foreach (var notReady in later.OrderBy(notReady => notReady.Need == "old_login"))
            await RunWhenReadyAsync(notReady, visitor, person, cancellation);
    }

    /// <summary>Another login is another visitor's, so that this one's grows old in the meantime.</summary>
    private async Task RunWhenReadyAsync(NotReadyException notReady, Visitor visitor, Person person, CancellationToken cancellation)
    {
        switch (notReady.Need)
        {
            case "login" when person == Person.Nobody:
                return; // without a login there is nothing to run

            case "fresh_login" or "no_scope":
                using (var other = await VisitAsync(person, cancellation)) await RunAsync(notReady.Scenario, other, person, cancellation);
                return;

            case "scope":
                using (var other = await VisitAsync(person, cancellation, VisitorsScope))
                    await RunAsync(notReady.Scenario, other, person, cancellation);
                return;

            case "ended_session":
                using (var other = await VisitAsync(person == Person.Nobody ? users[0] : person, cancellation))
                {
                    await other.LogOutAsync(cancellation);
                    await LogInAsync(other, person, cancellation);
                    await RunAsync(notReady.Scenario, other, person, cancellation);
                }

                return;

            case "old_login":
                await RunWhenOldAsync(notReady, visitor, person, cancellation);
                return;

            default:
                throw notReady;
        }
    }

    private async Task RunWhenOldAsync(NotReadyException notReady, Visitor visitor, Person person, CancellationToken cancellation)
    {
        while (true)
        {
            var wait = notReady.Wait > ShortestWait ? notReady.Wait.Value : ShortestWait;
            log.LogInformation("All flows: {Person} waits {Wait} s for {Scenario}", person, wait.TotalSeconds, notReady.Scenario);
            await Task.Delay(wait, cancellation);
            try
            {
                await RunAsync(notReady.Scenario, visitor, person, cancellation);
                return;
            }
            catch (NotReadyException still) when (still.Need == notReady.Need)
            {
                notReady = still;
            }
        }
    }

    private async Task RunAsync(string scenario, Visitor visitor, Person person, CancellationToken cancellation)
    {
        var flow = Flow.Read(await visitor.RunScenarioAsync(scenario, cancellation));
        if (flow.Person != person.Name)
            throw new VisitException($"Web took {person} for {flow.Person} in the scenario {scenario}: the session has ended.");
        flows.Add(flow);
    }

    private async Task<Visitor> VisitAsync(Person person, CancellationToken cancellation, string? scope = null)
    {
        var visitor = new Visitor(web);
        try
        {
            await LogInAsync(visitor, person, cancellation, scope);
            return visitor;
        }
        catch
        {
            visitor.Dispose();
            throw;
        }
    }

    private static Task LogInAsync(Visitor visitor, Person person, CancellationToken cancellation, string? scope = null) =>
        person.Password is { } password ? visitor.LogInAsync(person.Name, password, scope, cancellation) : Task.CompletedTask;
}
