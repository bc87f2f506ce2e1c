using AuthDemo.AppHost.Keycloak;
using AuthDemo.AppHost.Startup;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace AuthDemo.AppHost;

/// <summary>What the console says: that all is up and where, or what is waited for, cannot start or ends.</summary>
internal static class ConsoleMessages
{
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(10);

    /// <summary>Says where all is when this resource, which waits for all others, is ready.</summary>
    public static IResourceBuilder<ProjectResource> WithBanner(
        this IResourceBuilder<ProjectResource> web, IResourceBuilder<IResource> keycloak) =>
        web.OnResourceReady((_, ready, _) =>
        {
            var dashboard = Dashboard.FindEndpoint(ready.Services)?.Url;
            var users = keycloak.Resource.Annotations.OfType<RealmFiles>().Single().Users
                .Select(user => $"{user.Name} (password {user.Password}; {user.Roles})");
            Console.WriteLine($"""

                AuthDemo is running. Ctrl+C stops it.

                  dashboard   {dashboard}/login?t={web.ApplicationBuilder.Configuration["AppHost:BrowserToken"]}
                  web         {web.Resource.GetAddress().Url}
                  users       {string.Join("\n              ", users)}

                {keycloak.Resource.Annotations.OfType<IdentityProviderChoice>().Single().Sentence}

                """);
            return Task.CompletedTask;
        });

    /// <summary>Tells what Aspire tells in the dashboard only: a resource that cannot start, ends by itself, or takes its time.</summary>
    public static void ReportFailures(this IDistributedApplicationBuilder builder, IResourceBuilder<IResource> keycloak) =>
        builder.OnBeforeStart((start, _) =>
        {
            var stop = start.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
            Task[] reports = [ReportFailuresAsync(start.Services, stop), ReportSlowStartAsync(keycloak.Resource, start.Services, stop)];
            return Task.CompletedTask;
        });

    private static async Task ReportFailuresAsync(IServiceProvider services, CancellationToken stop)
    {
        var states = new Dictionary<string, string?>();
        await foreach (var change in services.GetRequiredService<ResourceNotificationService>().WatchAsync(stop))
        {
            var before = states.GetValueOrDefault(change.ResourceId);
            var now = states[change.ResourceId] = change.Snapshot.State?.Text;
            // Who stops a resource in the dashboard knows it.
            if (now == before || before == KnownResourceStates.Stopping || !KnownResourceStates.TerminalStates.Contains(now)) continue;
            var failure = now == KnownResourceStates.FailedToStart ? "cannot start" : $"ended with exit code {change.Snapshot.ExitCode}";
            var choice = change.Resource.Annotations.OfType<IdentityProviderChoice>().FirstOrDefault();
            Console.Error.WriteLine($"{change.Resource.Name} {failure}. {Dashboard.LogOf(change.Resource, services)} {choice?.Sentence}");
        }
    }

    /// <summary>A container's image may take minutes, and nothing else is on the console until then.</summary>
    private static async Task ReportSlowStartAsync(IResource keycloak, IServiceProvider services, CancellationToken stop)
    {
        await Task.Delay(Slow, stop);
        services.GetRequiredService<ResourceNotificationService>().TryGetCurrentState(keycloak.Name, out var now);
        if (now is null or { Snapshot.HealthStatus: HealthStatus.Healthy }) return;
        Console.WriteLine($"Still waiting for {keycloak.Name}. {Dashboard.LogOf(keycloak, services)}");
    }
}
