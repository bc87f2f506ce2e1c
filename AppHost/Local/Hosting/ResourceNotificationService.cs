using AuthDemo.AppHost.Local;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Tells when resources change their state.</summary>
public class ResourceNotificationService
{
    private readonly Engine engine;

    internal ResourceNotificationService(Engine engine) => this.engine = engine;

    /// <summary>Waits until a resource runs and its health checks pass.</summary>
    /// <exception cref="DistributedApplicationException">It failed to start or has ended; the message has its last lines.</exception>
    public Task WaitForResourceHealthyAsync(string resourceName, CancellationToken cancellationToken = default) =>
        engine.Find(resourceName).WaitUntilHealthyAsync(cancellationToken);
}
