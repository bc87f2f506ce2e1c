using Microsoft.Extensions.Hosting;

namespace AuthDemo.AppHost.Local;

/// <summary>Runs all resources of an application, and its dashboard.</summary>
internal sealed class Engine
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly List<ResourceRun> runs = [];
    private readonly DashboardResource? dashboard;
    private IHost? resourceServer;

    public Engine(DistributedApplicationBuilder model)
    {
        dashboard = model.Dashboard;
        if (dashboard is not null) runs.Add(new ResourceRun(dashboard, model, Find));
        runs.AddRange(model.Resources.Select(resource => new ResourceRun(resource, model, Find)));
    }

    /// <exception cref="DistributedApplicationException">There is no such resource.</exception>
    public ResourceRun Find(string name) =>
        runs.Find(r => string.Equals(r.Resource.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? throw new DistributedApplicationException($"There is no resource '{name}': there are {string.Join(", ", runs.Select(r => r.Resource.Name))}.");

    /// <exception cref="DistributedApplicationException">A port is in use.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        foreach (var endpoint in runs.SelectMany(r => r.Resource.Endpoints)) Ports.ThrowIfInUse(endpoint);
        if (dashboard is not null) resourceServer = await ResourceServer.StartAsync(dashboard, [.. runs.Where(r => r.Resource != dashboard)], cancellationToken);
        foreach (var run in runs) run.Start();
    }

    /// <summary>Waits for every resource, and says which one it is that takes so long.</summary>
    /// <exception cref="DistributedApplicationException">A resource failed to start, or has ended.</exception>
    public async Task WaitUntilAllHealthyAsync(CancellationToken cancellationToken)
    {
        Console.WriteLine($"Starting {string.Join(", ", runs.Select(r => r.Resource.Name))} ...");
        await using var patience = new Timer(_ => SayWhoIsMissing(), null, Patience, Patience);
        await foreach (var healthy in Task.WhenEach(runs.Select(r => r.WaitUntilHealthyAsync(cancellationToken)))) await healthy;
    }

    public async Task StopAsync()
    {
        await Task.WhenAll(runs.Select(r => r.StopAsync()));
        if (resourceServer is null) return;
        await resourceServer.StopAsync();
        resourceServer.Dispose();
        resourceServer = null;
    }

    private void SayWhoIsMissing()
    {
        foreach (var run in runs.Where(r => !r.Now.IsHealthy)) Console.WriteLine($"Still waiting for {run.Resource.Name}: {run.Now.Health?.Description ?? run.Now.State}");
    }

    private ResourceRun Find(Resource resource) => runs.Single(r => r.Resource == resource);
}
