using System.Collections.Concurrent;
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
    private static readonly TimeSpan LogPatience = TimeSpan.FromSeconds(5);

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

    /// <summary>The last that the program wrote; the orchestrator's last line about it only where it wrote nothing.</summary>
    private async Task<string?> ReadLastLineAsync(string resourceId, CancellationToken cancellation)
    {
        var lines = new ConcurrentQueue<Match>();
        try
        {
            // An end that the log's reader does not see must not silence those that follow.
            await ReadLogAsync(resourceId, lines, cancellation).WaitAsync(LogPatience, cancellation);
        }
        catch (TimeoutException)
        {
            // What was read until then has to do.
        }

        // One stream of the log comes after the other: only the time stamps tell the order.
        return lines
            .OrderBy(line => line.Groups["orchestrator"].Success ? 0 : 1)
            .ThenBy(line => line.Groups["time"].Value, StringComparer.Ordinal)
            .LastOrDefault()?.Groups["text"].Value;
    }

    private async Task ReadLogAsync(string resourceId, ConcurrentQueue<Match> lines, CancellationToken cancellation)
    {
        await foreach (var batch in logs.GetAllAsync(resourceId).WithCancellation(cancellation))
        {
            foreach (var line in batch.Select(l => LogLine().Match(l.Content)).Where(l => l.Groups["text"].Length > 0)) lines.Enqueue(line);
        }
    }

    [GeneratedRegex(
        @"^((?<time>\d{4}-\d\d-\d\dT\S+) )?\s*(?<orchestrator>\[sys\] )?(?<text>.*?)\s*$",
        RegexOptions.ExplicitCapture | RegexOptions.Singleline)]
    private static partial Regex LogLine();
}
