using System.Collections.Concurrent;
using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using AuthDemo.AppHost.Keycloak;
using AuthDemo.AppHost.Startup;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace AuthDemo.AppHost.Flows;

/// <summary>The dashboard command that runs every scenario and shows the results as a table.</summary>
internal static class RunAllFlows
{
    public static IResourceBuilder<ProjectResource> WithRunAllFlows(this IResourceBuilder<ProjectResource> web) =>
        web.WithCommand("run-all-flows", "Run all flows", context => RunAsync(web.Resource.GetAddress(), context), new CommandOptions
        {
            Description = "Everybody who gets an answer of their own runs each scenario of the lab. Shows the answers as a table.",
            IconName = "Play",
            IsHighlighted = true,
            Progress = new()
            {
                Title = "Run all flows",
                Message = "One of them waits until a login is old. The log of web tells how far they are.",
            },
            UpdateState = context => context.ResourceSnapshot.HealthStatus == HealthStatus.Healthy
                ? ResourceCommandState.Enabled
                : ResourceCommandState.Disabled,
        });

    private static async Task<ExecuteCommandResult> RunAsync(EndpointReference web, ExecuteCommandContext context)
    {
        var resources = context.Services.GetRequiredService<DistributedApplicationModel>().Resources;
        var users = resources.SelectMany(resource => resource.Annotations.OfType<RealmFiles>()).Single().Users;
        var trust = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust };
        foreach (var certificate in context.Services.GetRequiredService<IDeveloperCertificateService>().Certificates)
            trust.CustomTrustStore.Add(certificate);
        var table = await new AllFlows(new Uri(web.Url), [.. users], trust, context.Logger).RunAsync(context.CancellationToken);
        var data = new CommandResultData
        {
            Value = table.ToMarkdown(),
            Format = CommandResultFormat.Markdown,
            DisplayImmediately = true,
        };
        return table.Failures.Count == 0 ? CommandResults.Success(table.Summary, data) : CommandResults.Failure(table.Summary, data);
    }
}

/// <summary>Runs the lab's scenarios as every user, in parallel.</summary>
/// <param name="web">The URL of Web.</param>
/// <param name="users">The users. The first one also runs the scenarios that have the same result for everybody.</param>
/// <param name="trust">Accepts the developer certificate even if only browsers trust it.</param>
/// <param name="log">For the progress.</param>
internal sealed class AllFlows(Uri web, IReadOnlyList<RealmUser> users, X509ChainPolicy trust, ILogger log)
{
    private const string Nobody = "nobody";
    private const int MaxAttempts = 3;

    /// <summary>
    /// Ordered to need few logins: first a fresh one, then an old one; a code makes it fresh again, and a logout ends it.
    /// </summary>
    private static readonly string[] NeedsInOrder =
        ["FreshLogin", "", "Login", "NoScope", "PasswordOnly", "OldLogin", "Scope", "SecondFactor", "EndedSession"];

    private readonly ConcurrentBag<Flow> flows = [];

    public async Task<FlowTable> RunAsync(CancellationToken cancellation)
    {
        var watch = Stopwatch.StartNew();
        using var reader = new Visitor(web, trust);
        var scenarios = await reader.FindScenariosAsync(cancellation);
        RealmUser?[] people = [null, .. users];
        var count = people.Sum(person => RunsOf(person, scenarios).Count());
        log.LogInformation("All flows: {Count} runs", count);

        // The first failure stops the others.
        var together = new ParallelOptions { MaxDegreeOfParallelism = people.Length, CancellationToken = cancellation };
        await Parallel.ForEachAsync(people, together, async (person, stop) =>
        {
            using var visitor = new Visitor(web, trust);
            if (person is not null) await visitor.LogInAsync(person.Name, person.Password, stop);
            foreach (var scenario in RunsOf(person, scenarios))
            {
                flows.Add(await RunAsync(visitor, person, scenario, stop));
                if (flows.Count % 10 == 0) log.LogInformation("All flows: {Done} of {Count}", flows.Count, count);
            }
        });

        var table = new FlowTable(
            [.. scenarios.Select(s => s.Id)], [Nobody, .. users.Select(user => user.Name)], [.. flows], watch.Elapsed);
        log.LogInformation("All flows: {Summary}", table.Summary);
        return table;
    }

    /// <summary>Runs a scenario once if its result is the same for everybody, or for everybody who is logged in.</summary>
    private IEnumerable<LabScenario> RunsOf(RealmUser? person, IReadOnlyList<LabScenario> scenarios) =>
        from scenario in scenarios
        where scenario switch
        {
            { Needs: "Login" or "EndedSession" } => person == users[0],
            { SameFor: "everybody" } => person is null,
            { SameFor: "people" } => person is null || person == users[0],
            _ => true,
        }
        orderby Array.IndexOf(NeedsInOrder, scenario.Needs)
        select scenario;

    private static async Task<Flow> RunAsync(Visitor visitor, RealmUser? person, LabScenario scenario, CancellationToken cancellation)
    {
        // One login for both the scope and the code, which the next scenarios need.
        if (scenario.Needs == "Scope" && person is not null)
            await visitor.ConfirmAsync(person.Name, person.Authenticator!, scope: "visitors:read", cancellation);
        else if (scenario.Needs == "EndedSession")
            await visitor.LogOutAsync(cancellation);

        var persona = scenario.Needs == "EndedSession" ? Nobody : person?.Name ?? Nobody;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var flow = (await visitor.RunScenarioAsync(scenario.Id, cancellation)).Deserialize<Flow>(JsonSerializerOptions.Web)!;
                return flow.Persona == persona ? flow : throw new VisitException(
                    $"Web took {persona} for {flow.Persona} in the scenario {scenario.Id}: the session has ended.");
            }
            catch (NotReadyException notReady) when (attempt < MaxAttempts && person is not null)
            {
                await Task.Delay(notReady.Wait ?? TimeSpan.Zero, cancellation);
                if (notReady.Wait is not null) continue;
                // On a slow machine the login may not be fresh anymore.
                await visitor.LogOutAsync(cancellation);
                await visitor.LogInAsync(person.Name, person.Password, cancellation);
            }
        }
    }
}
