using AuthDemo.AppHost.Keycloak;
using AuthDemo.AppHost.Startup;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AuthDemo.AppHost;

/// <summary>
/// Tells on the console, once, what Aspire tells in the dashboard only: a resource that cannot start, ends by itself or no longer answers.
/// </summary>
internal sealed class ResourceFailures(
    ResourceNotificationService notifications, IServiceProvider services, IHostApplicationLifetime lifetime,
    ILogger<ResourceFailures> logger)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var last = new Dictionary<string, CustomResourceSnapshot>();
        await foreach (var change in notifications.WatchAsync(stoppingToken))
        {
            var before = last.GetValueOrDefault(change.ResourceId);
            last[change.ResourceId] = change.Snapshot;
            if (lifetime.ApplicationStopping.IsCancellationRequested || change.Snapshot.IsHidden) continue;
            if (Describe(before, change.Snapshot) is not { } failure) continue;

            var advice = change.Resource.Annotations.OfType<IdentityProviderChoice>().FirstOrDefault() is { } choice
                ? $" ({choice.Alternative})" : "";
            var log = Dashboard.LogOf(change.Resource, services);
            logger.LogError("{Resource} {Failure}. {Log}{Advice}", change.Resource.Name, failure, log, advice);
        }
    }

    private static string? Describe(CustomResourceSnapshot? before, CustomResourceSnapshot now)
    {
        // Who stops a resource in the dashboard knows it.
        if (now.State?.Text is { } state && state != before?.State?.Text && before?.State?.Text != KnownResourceStates.Stopping)
        {
            if (state == KnownResourceStates.FailedToStart) return "cannot start";
            if (KnownResourceStates.TerminalStates.Contains(state)) return $"ended with exit code {now.ExitCode}";
        }

        return before?.HealthStatus == HealthStatus.Healthy && now is { HealthStatus: HealthStatus.Unhealthy, State.Text: "Running" }
            ? "no longer answers its health check"
            : null;
    }
}

internal static class ResourceFailuresBuilder
{
    public static void ReportFailures(this IDistributedApplicationBuilder builder)
    {
        if (builder.ExecutionContext.IsPublishMode) return;
        // Ahead of Aspire's own service, whose start lasts until every resource has started, and so for ever where one fails.
        builder.Services.Insert(0, ServiceDescriptor.Singleton<IHostedService, ResourceFailures>());
    }
}
