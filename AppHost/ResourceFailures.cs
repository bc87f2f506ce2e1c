using AuthDemo.AppHost.Keycloak;
using AuthDemo.AppHost.Startup;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AuthDemo.AppHost;

/// <summary>Tells on the console what Aspire tells in the dashboard only: a resource that cannot start, or ends by itself.</summary>
internal sealed class ResourceFailures(
    ResourceNotificationService notifications, IServiceProvider services, IHostApplicationLifetime lifetime,
    ILogger<ResourceFailures> logger)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var last = new Dictionary<string, string?>();
        await foreach (var change in notifications.WatchAsync(stoppingToken))
        {
            var before = last.GetValueOrDefault(change.ResourceId);
            var now = last[change.ResourceId] = change.Snapshot.State?.Text;
            if (now == before || !KnownResourceStates.TerminalStates.Contains(now) || change.Snapshot.IsHidden) continue;
            // Who stops a resource in the dashboard, or all of them, knows it.
            if (before == KnownResourceStates.Stopping || lifetime.ApplicationStopping.IsCancellationRequested) continue;

            var failure = now == KnownResourceStates.FailedToStart ? "cannot start" : $"ended with exit code {change.Snapshot.ExitCode}";
            var advice = change.Resource.Annotations.OfType<IdentityProviderChoice>().FirstOrDefault()?.Alternative;
            var log = Dashboard.LogOf(change.Resource, services);
            logger.LogError("{Resource} {Failure}. {Log} {Advice}", change.Resource.Name, failure, log, advice);
        }
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
