using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AuthDemo.AppHost.Startup;

internal static class AppHostRun
{
    /// <summary>Checks what Aspire is silent about, builds the application and runs it until it is stopped.</summary>
    /// <param name="builder">The application.</param>
    /// <param name="web">The resource whose readiness is the application's.</param>
    /// <param name="stop">Ends it, in the middle of a start too.</param>
    /// <returns>The process's exit code.</returns>
    /// <exception cref="DistributedApplicationException">A fixed port is in use.</exception>
    public static async Task<int> RunAsync(this IDistributedApplicationBuilder builder, IResourceBuilder<ProjectResource> web, CancellationToken stop)
    {
        if (builder.ExecutionContext.IsRunMode)
        {
            builder.Services.AddHostedService<ResourceFailures>();
            web.OnResourceReady((_, ready, _) => Banner.WriteAsync(ready.Services.GetRequiredService<DistributedApplicationModel>(), builder.Configuration));
        }

        // A start that is stopped is no failure: without this the host logs one, with a stack trace.
        builder.Services.AddLogging(logging =>
            logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", level => level >= LogLevel.Warning && !stop.IsCancellationRequested));
        try
        {
            if (builder.ExecutionContext.IsRunMode) await FixedPorts.WaitAsync(builder, stop);
            stop.ThrowIfCancellationRequested();
            await builder.Build().RunAsync(stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }

        return 0;
    }
}
