using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using AuthDemo.AppHost.Flows;
using AuthDemo.AppHost.Keycloak;
using AuthDemo.Tests.Identity;

namespace AuthDemo.Tests.Application;

/// <summary>
/// The whole application, as <c>dotnet run --project AppHost</c> starts it, on random ports and with the dashboard. One start serves every
/// test of a collection, when the first of them asks for it. They change the same users, so they take turns.
/// </summary>
/// <param name="identityProvider">The value of the setting <c>IdentityProvider</c> that this application runs with.</param>
public abstract class RunningApplication(string identityProvider) : IAsyncDisposable
{
    private readonly string dashboardKey = Guid.NewGuid().ToString("N");
    private Task? start;
    private DistributedApplication? application;

    public Uri Web => GetEndpoint("web");
    public Uri Keycloak => GetEndpoint("keycloak");
    public Uri Dashboard => GetEndpoint("aspire-dashboard");
    public TelemetryApi Telemetry { get; private set; } = null!;

    /// <summary>The link with which the banner opens the dashboard: it logs a browser in.</summary>
    public Uri DashboardLogin => new(Dashboard, $"/login?t={dashboardKey}");

    /// <summary>Why tests on this application are skipped on this machine, or null where they run.</summary>
    protected virtual string? SkipReason => null;

    /// <summary>Waits until every resource is healthy. The first call starts the application; tests on it take turns.</summary>
    public Task StartAsync()
    {
        if (SkipReason is { } reason) Assert.Skip(reason);
        return start ??= StartCoreAsync();
    }

    public async Task<IReadOnlyList<string>> ReadLogAsync(string resource, CancellationToken cancellationToken)
    {
        var logs = (await FindAsync(resource)).ResourceId;
        return await application!.Services.GetRequiredService<ResourceLoggerService>().GetAllAsync(logs)
            .SelectMany(batch => batch.Select(line => line.Content)).ToListAsync(cancellationToken);
    }

    public async Task<CustomResourceSnapshot> ReadSnapshotAsync(string resource) => (await FindAsync(resource)).Snapshot;

    public async Task<Visitor> VisitAsync(string? persona = null)
    {
        await StartAsync();
        var visitor = new Visitor(Web);
        if (persona is not null) await visitor.LogInAsync(persona, password: persona);
        return visitor;
    }

    public async Task<ExecuteCommandResult> ExecuteAsync(string resource, string command, CancellationToken cancellationToken)
    {
        await StartAsync();
        return await application!.ResourceCommands.ExecuteCommandAsync(resource, command, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        Telemetry?.Dispose();
        if (application is not null) await application.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected virtual void Configure(IDistributedApplicationTestingBuilder builder)
    {
    }

    private Uri GetEndpoint(string resource) => application!.GetEndpoint(resource, "http");

    private async Task<ResourceEvent> FindAsync(string resource)
    {
        await StartAsync();
        Assert.True(application!.ResourceNotifications.TryGetCurrentState(resource, out var state));
        return state;
    }

    private async Task StartCoreAsync()
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(15));
        // An empty address gives the resource service a free port too: Aspire randomizes those of resources only.
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.AppHost>(
        [
            $"--IdentityProvider={identityProvider}",
            $"--ASPIRE_DASHBOARD_FRONTEND_BROWSERTOKEN={dashboardKey}", "--ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL=",
        ], (options, _) => options.DisableDashboard = false, timeout.Token);
        builder.Services.AddLogging(logging => logging
            .AddFilter("AppHost.Resources", LogLevel.Warning)
            .AddFilter("Aspire.Hosting", LogLevel.Warning));
        Configure(builder);
        application = await builder.BuildAsync(timeout.Token);
        await application.StartAsync(timeout.Token);
        // Exporters drop what they cannot deliver, and nothing else waits for the dashboard.
        foreach (var resource in (string[])["aspire-dashboard", "keycloak", "api", "web"])
            await application.ResourceNotifications.WaitForResourceHealthyAsync(resource, timeout.Token);
        Telemetry = new TelemetryApi(Dashboard, builder.Configuration["AppHost:DashboardApiKey"]!);
    }
}

[CollectionDefinition(Collection)]
public sealed class StandInApplication()
    : RunningApplication("StandIn"), ICollectionFixture<StandInApplication>
{
    public const string Collection = "stand-in";
}

/// <summary>The application on the Keycloak distribution that <c>KEYCLOAK_HOME</c> names.</summary>
[CollectionDefinition(Collection)]
public sealed class KeycloakApplication()
    : RunningApplication("Distribution"), ICollectionFixture<KeycloakApplication>
{
    public const string Collection = "keycloak";

    public static string? Missing => string.IsNullOrEmpty(Environment.GetEnvironmentVariable("KEYCLOAK_HOME"))
        ? "KEYCLOAK_HOME is not set: name an unpacked Keycloak distribution to run these tests against it."
        : null;

    protected override string? SkipReason => Missing;

    /// <summary>Lets Keycloak import the realm of <see cref="StandInHost.VarietyFolder"/> too.</summary>
    protected override void Configure(IDistributedApplicationTestingBuilder builder) =>
        builder.CreateResourceBuilder<ExecutableResource>("keycloak").OnBeforeResourceStarted((keycloak, _, _) =>
        {
            foreach (var file in Directory.GetFiles(Repository.PathOf(StandInHost.VarietyFolder)))
                File.Copy(file, Path.Combine(keycloak.WorkingDirectory, "data", "import", Path.GetFileName(file)));
            return Task.CompletedTask;
        });
}

[CollectionDefinition(Collection)]
public sealed class ContainerApplication()
    : RunningApplication("Container"), ICollectionFixture<ContainerApplication>
{
    public const string Collection = "container";

    protected override string? SkipReason => KeycloakContainer.IsAvailable
        ? ContainerRuntime.FindProblem(new ConfigurationManager())
        : "The package Aspire.Hosting.Keycloak was not restored.";
}
