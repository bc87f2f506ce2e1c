using Aspire.Hosting.Testing;
using AuthDemo.AppHost.Local;

namespace Aspire.Hosting;

/// <summary>The application: all resources, and the dashboard.</summary>
public sealed class DistributedApplication : IAsyncDisposable
{
    private readonly DistributedApplicationBuilder model;
    private readonly Engine engine;

    internal DistributedApplication(DistributedApplicationBuilder model)
    {
        this.model = model;
        engine = new Engine(model);
        ResourceNotifications = new ResourceNotificationService(engine);
    }

    /// <summary>Tells when resources change their state.</summary>
    public ResourceNotificationService ResourceNotifications { get; }

    internal Engine Engine => engine;

    /// <summary>The builder for an AppHost.</summary>
    /// <param name="args">The command line; its settings are part of the configuration.</param>
    public static IDistributedApplicationBuilder CreateBuilder(string[] args) =>
        TestedEntryPoint.Current?.CreateBuilder(args)
        ?? new DistributedApplicationBuilder(new DistributedApplicationOptions { Args = args }, new() { Args = args }, isTest: false);

    /// <summary>Starts everything and returns. A resource that fails later shows in <see cref="ResourceNotifications"/>.</summary>
    /// <exception cref="DistributedApplicationException">A port is in use, or a program is missing.</exception>
    public Task StartAsync(CancellationToken cancellationToken = default) => engine.StartAsync(cancellationToken);

    /// <summary>Stops everything, in the reverse order.</summary>
    public Task StopAsync(CancellationToken cancellationToken = default) => engine.StopAsync();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await engine.StopAsync();

    /// <inheritdoc cref="RunAsync"/>
    public void Run() => RunAsync().GetAwaiter().GetResult();

    /// <summary>Starts everything, says where it is, and runs until Ctrl+C, SIGTERM or the cancellation. What makes a start impossible is said in one sentence; the process then ends with exit code 1.</summary>
    public async Task RunAsync(CancellationToken cancellationToken = default)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var signals = new StopSignals(stop);
        try
        {
            await engine.StartAsync(stop.Token);
            await engine.WaitUntilAllHealthyAsync(stop.Token);
            Banner.Write(model);
            await Task.Delay(Timeout.Infinite, stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            Console.WriteLine("Stopping ...");
        }
        catch (DistributedApplicationException failure)
        {
            await Console.Error.WriteLineAsync(failure.Message);
            Environment.ExitCode = 1;
        }
        finally
        {
            await engine.StopAsync();
        }
    }
}

/// <summary>How an application is created.</summary>
public sealed class DistributedApplicationOptions
{
    /// <summary>The command line.</summary>
    public string[]? Args { get; set; }

    /// <summary>Whether to run without the dashboard. In tests this is so by default.</summary>
    public bool DisableDashboard { get; set; }
}

/// <summary>How the application was started. This engine only runs; it publishes nothing.</summary>
public sealed class DistributedApplicationExecutionContext
{
    /// <summary>Whether the resources are run.</summary>
    public bool IsRunMode { get; } = true;

    /// <summary>Whether a deployment is made.</summary>
    public bool IsPublishMode => !IsRunMode;
}

/// <summary>The application cannot run; the message is one sentence that says what to do.</summary>
public class DistributedApplicationException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Where a project is.</summary>
public interface IProjectMetadata
{
    /// <summary>The full path of the project file.</summary>
    string ProjectPath { get; }
}

/// <summary>A project with its build output, which this engine runs. The build writes one class for each referenced project, named <c>Projects.X</c>.</summary>
public interface IBuiltProject : IProjectMetadata
{
    /// <summary>The full path of the built assembly.</summary>
    string AssemblyPath { get; }
}
