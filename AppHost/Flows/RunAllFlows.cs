using AuthDemo.AppHost.Keycloak;
using AuthDemo.AppHost.Startup;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AuthDemo.AppHost.Flows;

/// <summary>The command that runs every scenario: it fills the trace list and shows the results as a table.</summary>
internal static class RunAllFlows
{
    public static IResourceBuilder<ProjectResource> WithRunAllFlows(this IResourceBuilder<ProjectResource> web) =>
        web.WithCommand("run-all-flows", "Run all flows", context => RunAsync(web.Resource.GetAddress(), context), new CommandOptions
        {
            Description = "Everybody who gets an answer of their own runs each scenario of the lab. Shows the answers as a table.",
            IconName = "Play",
            IsHighlighted = true,
            Progress = new()
            {
                Title = "Run all flows",
                Message = "One of them waits until a login is old. The log of web tells how far they are.",
            },
            UpdateState = context => context.ResourceSnapshot.HealthStatus == HealthStatus.Healthy
                ? ResourceCommandState.Enabled
                : ResourceCommandState.Disabled,
        });

    private static async Task<ExecuteCommandResult> RunAsync(EndpointReference web, ExecuteCommandContext context)
    {
        var resources = context.Services.GetRequiredService<DistributedApplicationModel>().Resources;
        var users = resources.SelectMany(resource => resource.Annotations.OfType<RealmFiles>()).Single().Users;
        try
        {
            var table = await new AllFlows(new Uri(web.Url), [.. users], context.Logger).RunAsync(context.CancellationToken);
            var data = new CommandResultData
            { Value = table.ToMarkdown(), Format = CommandResultFormat.Markdown, DisplayImmediately = true };
            return table.Failures.Count == 0 ? CommandResults.Success(table.Summary, data) : CommandResults.Failure(table.Summary, data);
        }
        catch (VisitException failure)
        {
            return CommandResults.Failure(failure.Message);
        }
        catch (OperationCanceledException) when (context.CancellationToken.IsCancellationRequested)
        {
            return CommandResults.Canceled();
        }
    }
}
