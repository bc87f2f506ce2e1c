using AuthDemo.AppHost.Keycloak;
using AuthDemo.AppHost.Startup;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace AuthDemo.AppHost;

/// <summary>Console messages: that the application is ready, or what failed or is slow to start.</summary>
internal static class ConsoleMessages
{
    /// <summary>Prints the URLs when this resource, which waits for all others, is ready.</summary>
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

    /// <summary>Prints what Aspire shows only in the dashboard: a resource that fails to start, exits, or is slow.</summary>
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
            // Not when the user stops it in the dashboard.
            if (now == before || before == KnownResourceStates.Stopping || !KnownResourceStates.TerminalStates.Contains(now)) continue;
            var failure = now == KnownResourceStates.FailedToStart ? "cannot start" : $"ended with exit code {change.Snapshot.ExitCode}";
            var choice = change.Resource.Annotations.OfType<IdentityProviderChoice>().FirstOrDefault();
            Console.Error.WriteLine($"{change.Resource.Name} {failure}. {Dashboard.LogOf(change.Resource, services)} {choice?.Sentence}");
        }
    }

    /// <summary>Pulling an image can take minutes without any output.</summary>
    private static async Task ReportSlowStartAsync(IResource keycloak, IServiceProvider services, CancellationToken stop)
    {
        await Task.Delay(TimeSpan.FromSeconds(10), stop);
        services.GetRequiredService<ResourceNotificationService>().TryGetCurrentState(keycloak.Name, out var now);
        if (now is null or { Snapshot.HealthStatus: HealthStatus.Healthy } or { Snapshot.ExitCode: not null }) return;
        Console.WriteLine($"Still waiting for {keycloak.Name}. {Dashboard.LogOf(keycloak, services)}");
    }
}
