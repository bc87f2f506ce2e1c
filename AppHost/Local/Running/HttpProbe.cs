namespace AuthDemo.AppHost.Local;

/// <summary>The outcome of a resource's health checks.</summary>
internal sealed record HealthReport(bool IsHealthy, string Description)
{
    /// <summary>When this outcome was first seen.</summary>
    public DateTime At { get; } = DateTime.UtcNow;

    public bool IsSameAs(HealthReport? other) => IsHealthy == other?.IsHealthy && Description == other.Description;
}

/// <summary>A health check: GET the path, expect the status.</summary>
internal sealed record HttpProbe(EndpointReference Endpoint, string Path, int Status)
{
    // Without trace headers, so that no health check shows up as part of somebody's trace.
    private static readonly HttpClient Client = new(new SocketsHttpHandler { ActivityHeadersPropagator = null, AllowAutoRedirect = false, UseProxy = false, PooledConnectionLifetime = TimeSpan.FromSeconds(30) })
    {
        Timeout = TimeSpan.FromSeconds(5),
    };

    /// <summary>The first failure, or the last success.</summary>
    public static async Task<HealthReport> AskAllAsync(IEnumerable<HttpProbe> probes, CancellationToken cancellationToken)
    {
        HealthReport? report = null;
        foreach (var probe in probes)
        {
            report = await probe.AskAsync(cancellationToken);
            if (!report.IsHealthy) break;
        }

        return report!;
    }

    private async Task<HealthReport> AskAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await Client.GetAsync(Endpoint.Url + Path, cancellationToken);
            return new((int)answer.StatusCode == Status, $"GET {Path} answered {(int)answer.StatusCode}");
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException)
        {
            return new(false, $"GET {Path} failed: {failure.Message}");
        }
    }
}
