using System.Text.RegularExpressions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AuthDemo.AppHost.Startup;

/// <summary>Tells on the console what Aspire tells in the dashboard only: a resource that ends by itself or cannot start.</summary>
internal sealed partial class ResourceFailures(
    ResourceNotificationService notifications, ResourceLoggerService logs, IHostApplicationLifetime lifetime,
    ILogger<ResourceFailures> logger)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var last = new Dictionary<string, string?>();
        await foreach (var change in notifications.WatchAsync(stoppingToken))
        {
            var state = change.Snapshot.State?.Text;
            var before = last.GetValueOrDefault(change.ResourceId);
            last[change.ResourceId] = state;
            if (state == before || lifetime.ApplicationStopping.IsCancellationRequested) continue;
            // Who stops a resource in the dashboard knows it.
            if (before == KnownResourceStates.Stopping || !IsFailure(change.Snapshot)) continue;

            var line = await ReadLastLineAsync(change.ResourceId, stoppingToken) ?? "it wrote nothing";
            var name = change.Resource.Name;
            if (state == KnownResourceStates.FailedToStart) logger.LogError("{Resource} cannot start: {LastLine}", name, line);
            else logger.LogError("{Resource} ended with exit code {ExitCode}: {LastLine}", name, change.Snapshot.ExitCode, line);
        }
    }

    private static bool IsFailure(CustomResourceSnapshot resource) =>
        resource.State?.Text is { } state && KnownResourceStates.TerminalStates.Contains(state) && !resource.IsHidden;

    private async Task<string?> ReadLastLineAsync(string resourceId, CancellationToken cancellation)
    {
        string? last = null;
        await foreach (var batch in logs.GetAllAsync(resourceId).WithCancellation(cancellation))
            last = batch.Select(line => Timestamp().Replace(line.Content, "").TrimEnd()).LastOrDefault(text => text.Length > 0) ?? last;
        return last;
    }

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\S+ ")]
    private static partial Regex Timestamp();
}
