using System.Security.Cryptography;

namespace AuthDemo.AppHost.Flows;

/// <summary>The dashboard's command that fills the trace list.</summary>
internal static class RunAllFlows
{
    /// <summary>Adds the command to Web, with a key that only this run knows.</summary>
    public static IResourceBuilder<ProjectResource> WithRunAllFlows(this IResourceBuilder<ProjectResource> web)
    {
        if (web.ApplicationBuilder.ExecutionContext.IsPublishMode) return web;

        var key = RandomNumberGenerator.GetHexString(32);
        return web
            .WithEnvironment("COMMANDS_KEY", key)
            .WithHttpCommand("/commands/run-all-flows", "Run all flows", commandOptions: new HttpCommandOptions
            {
                Description = "Sends the request of every scenario that needs no login, and compares the answer with the table.",
                IconName = "Play",
                IsHighlighted = true,
                PrepareRequest = context =>
                {
                    context.Request.Headers.Add("X-Commands-Key", key);
                    return Task.CompletedTask;
                },
            });
    }
}
