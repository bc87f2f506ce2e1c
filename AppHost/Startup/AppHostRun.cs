using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
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
    public static async Task<int> RunAsync(
        this IDistributedApplicationBuilder builder, IResourceBuilder<ProjectResource> web, CancellationToken stop)
    {
        if (builder.ExecutionContext.IsRunMode)
        {
            // Ahead of Aspire's own service, whose start lasts until every resource has started, and so for ever where one fails.
            builder.Services.Insert(0, ServiceDescriptor.Singleton<IHostedService, ResourceFailures>());
            web.OnResourceReady((_, ready, _) =>
                Banner.WriteAsync(ready.Services.GetRequiredService<DistributedApplicationModel>(), builder.Configuration));
        }

        IHostApplicationLifetime? lifetime = null;
        bool IsStopping() => stop.IsCancellationRequested || lifetime?.ApplicationStopping.IsCancellationRequested == true;
        // A start that is stopped is no failure: without this the host logs one, with a stack trace.
        builder.Services.AddLogging(logging =>
            logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", level => level >= LogLevel.Warning && !IsStopping()));
        try
        {
            if (builder.ExecutionContext.IsRunMode) await FixedPorts.WaitAsync(builder, web.Resource, stop);
            stop.ThrowIfCancellationRequested();
            var application = builder.Build();
            lifetime = application.Services.GetRequiredService<IHostApplicationLifetime>();
            await application.RunAsync(stop);
        }
        catch (OperationCanceledException) when (IsStopping())
        {
        }

        return 0;
    }
}
