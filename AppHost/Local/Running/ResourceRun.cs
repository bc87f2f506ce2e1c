namespace AuthDemo.AppHost.Local;

/// <summary>What can be said about a resource at one moment. The names of the states are the dashboard's.</summary>
internal sealed record ResourceSnapshot(string State, DateTime? StartedAt = null, DateTime? StoppedAt = null, int? ExitCode = null, HealthReport? Health = null)
{
    /// <summary>Why the resource is not coming up, in one sentence.</summary>
    public string? Failure { get; init; }

    /// <summary>The current or last process.</summary>
    public ProgramToRun? Program { get; init; }

    /// <summary>What AppHost.cs and this engine added to that process's environment.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    public bool IsHealthy => State == "Running" && Health is null or { IsHealthy: true };
}

/// <summary>Runs one resource: waits for what it needs, starts its process, watches its health, reports its end.</summary>
internal sealed class ResourceRun(Resource resource, DistributedApplicationBuilder model, Func<Resource, ResourceRun> others)
{
    private readonly Lock gate = new();
    private TaskCompletionSource changed = NewSignal();
    private Action requestStop = () => { };
    private Task running = Task.CompletedTask;

    public event Action<ResourceRun>? Changed;

    public Resource Resource => resource;

    public ResourceLog Log { get; } = new(resource.Name, toConsole: !model.IsTest);

    public DateTime CreatedAt { get; } = DateTime.UtcNow;

    /// <summary>Whether it has been asked to run and has not ended: it may still be waiting for others.</summary>
    public bool IsRunning => Now.State is "Waiting" or "Starting" or "Running" or "Stopping";

    public ResourceSnapshot Now { get; private set; } = new("NotStarted");

    public void Start()
    {
        lock (gate)
        {
            if (!running.IsCompleted) return;
            var stop = new CancellationTokenSource();
            requestStop = stop.Cancel;
            running = RunAsync(stop.Token);
        }
    }

    public async Task StopAsync()
    {
        requestStop();
        await running;
    }

    /// <exception cref="DistributedApplicationException">The resource failed to start, or has ended.</exception>
    public async Task WaitUntilHealthyAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task next;
            lock (gate) next = changed.Task;
            if (Now.IsHealthy) return;
            if (Now.Failure is { } failure) throw new DistributedApplicationException(failure);
            await next.WaitAsync(cancellationToken);
        }
    }

    private async Task RunAsync(CancellationToken stopping)
    {
        await Task.Yield();
        do
        {
            try
            {
                await WaitForOthersAsync(stopping);
                await RunProcessAsync(stopping);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                Set(new("NotStarted"));
            }
            catch (Exception failure)
            {
                // Whatever it is, a callback in AppHost.cs perhaps: somebody waits to hear about it.
                Log.Add($"{resource.Name} did not start: {failure.Message}", isError: true);
                Set(new("FailedToStart") { Failure = failure.Message });
            }

            if (resource.IsSupervised) await PauseAsync(TimeSpan.FromSeconds(1), stopping);
        }
        while (resource.IsSupervised && Now.StartedAt is not null && !stopping.IsCancellationRequested);
    }

    private async Task WaitForOthersAsync(CancellationToken stopping)
    {
        if (resource.WaitsFor.Count > 0) Set(new("Waiting"));
        foreach (var other in resource.WaitsFor) await others(other).WaitUntilHealthyAsync(stopping);
    }

    private async Task RunProcessAsync(CancellationToken stopping)
    {
        var environment = ResourceEnvironment.Of(resource, model.ExecutionContext);
        var program = resource.GetProgram();
        Set(new("Starting") { Program = program, Environment = environment });
        using var child = new ChildProcess(program, environment, Log.Add);
        Set(Now with { State = "Running", StartedAt = DateTime.UtcNow, Health = resource.HealthChecks.Count > 0 ? new HealthReport(false, "not asked yet") : null });

        using var watching = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var health = WatchHealthAsync(watching.Token);
        await Task.WhenAny(child.Exited, Task.Delay(Timeout.Infinite, stopping));
        await watching.CancelAsync();
        await health;

        if (stopping.IsCancellationRequested)
        {
            Set(Now with { State = "Stopping", Health = null });
            child.Stop();
            await child.Exited;
            Set(Now with { State = "Exited", StoppedAt = DateTime.UtcNow });
            return;
        }

        var exitCode = await child.Exited;
        var sentence = $"{resource.Name} ended with exit code {exitCode}{(Now.IsHealthy ? "" : " before it was healthy")}.";
        var failure = $"{sentence} Its last lines:\n{Log.Tail(10)}";
        Log.Add(sentence, isError: true);
        Set(Now with { State = "Exited", StoppedAt = DateTime.UtcNow, ExitCode = exitCode, Health = null, Failure = failure });
    }

    private async Task WatchHealthAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested && resource.HealthChecks.Count > 0)
        {
            var report = await HttpProbe.AskAllAsync(resource.HealthChecks, stopping);
            if (stopping.IsCancellationRequested) return;
            if (!report.IsSameAs(Now.Health)) Set(Now with { Health = report });
            await PauseAsync(report.IsHealthy ? TimeSpan.FromSeconds(5) : TimeSpan.FromMilliseconds(100), stopping);
        }
    }

    private void Set(ResourceSnapshot snapshot)
    {
        lock (gate)
        {
            if (snapshot == Now) return;
            Now = snapshot;
            changed.SetResult();
            changed = NewSignal();
        }

        Changed?.Invoke(this);
    }

    private static async Task PauseAsync(TimeSpan time, CancellationToken stopping) =>
        await Task.Delay(time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
