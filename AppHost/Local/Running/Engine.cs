namespace AuthDemo.AppHost.Local;

/// <summary>Runs all resources of an application, and its dashboard.</summary>
internal sealed class Engine
{
    private readonly List<ResourceRun> runs = [];

    public Engine(DistributedApplicationBuilder model)
    {
        if (model.Dashboard is { } dashboard) runs.Add(new ResourceRun(dashboard, model, Find));
        runs.AddRange(model.Resources.Select(resource => new ResourceRun(resource, model, Find)));
    }

    /// <exception cref="DistributedApplicationException">There is no such resource.</exception>
    public ResourceRun Find(string name) =>
        runs.Find(r => string.Equals(r.Resource.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? throw new DistributedApplicationException($"There is no resource '{name}': there are {string.Join(", ", runs.Select(r => r.Resource.Name))}.");

    /// <exception cref="DistributedApplicationException">A port is in use.</exception>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        foreach (var endpoint in runs.SelectMany(r => r.Resource.Endpoints)) Ports.ThrowIfInUse(endpoint);
        foreach (var run in runs) run.Start();
        return Task.CompletedTask;
    }

    /// <exception cref="DistributedApplicationException">A resource failed to start, or has ended.</exception>
    public async Task WaitUntilAllHealthyAsync(CancellationToken cancellationToken)
    {
        await foreach (var healthy in Task.WhenEach(runs.Select(r => r.WaitUntilHealthyAsync(cancellationToken)))) await healthy;
    }

    public Task StopAsync() => Task.WhenAll(runs.Select(r => r.StopAsync()));

    private ResourceRun Find(Resource resource) => runs.Single(r => r.Resource == resource);
}
