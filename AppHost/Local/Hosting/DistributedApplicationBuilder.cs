using System.Security.Cryptography;
using Aspire.Hosting.Testing;
using AuthDemo.AppHost.Local;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting;

/// <summary>An application under construction.</summary>
public interface IDistributedApplicationBuilder
{
    /// <summary>The settings: environment variables, appsettings.json, user secrets, the command line.</summary>
    ConfigurationManager Configuration { get; }

    /// <summary>How the application was started.</summary>
    DistributedApplicationExecutionContext ExecutionContext { get; }

    /// <summary>The folder of the AppHost's project file.</summary>
    string AppHostDirectory { get; }

    /// <summary>Adds a resource.</summary>
    IResourceBuilder<T> AddResource<T>(T resource) where T : IResource;

    /// <summary>The finished application.</summary>
    DistributedApplication Build();
}

/// <summary>Adds projects.</summary>
public static class ProjectResourceBuilderExtensions
{
    /// <summary>Adds a .NET project. Its endpoints and variables are those of its launch profile that is named like the AppHost's, else of its first.</summary>
    /// <exception cref="DistributedApplicationException">It has no launchSettings.json with a profile that runs it.</exception>
    public static IResourceBuilder<ProjectResource> AddProject<TProject>(this IDistributedApplicationBuilder builder, string name) where TProject : IProjectMetadata, new()
    {
        var model = (DistributedApplicationBuilder)builder;
        var project = (IBuiltProject)(object)new TProject();
        var profile = LaunchProfile.Read(project, model.Configuration["DOTNET_LAUNCH_PROFILE"]);
        var resource = new ProjectResource(name, project);
        foreach (var url in profile.Urls) resource.Endpoints.Add(new EndpointReference(resource, url.Scheme, url.Scheme, model.GetPort(url.Port)));

        return builder.AddResource(resource).WithEnvironment(context =>
        {
            foreach (var (variable, value) in profile.Variables) context.EnvironmentVariables[variable] = value;
            context.EnvironmentVariables["ASPNETCORE_URLS"] = string.Join(';', resource.Endpoints.Select(e => e.Url));
            context.EnvironmentVariables["LOGGING__CONSOLE__FORMATTERNAME"] = "simple";
            model.Dashboard?.AddTelemetry(context.EnvironmentVariables, resource, TelemetryProtocol.Grpc);
        });
    }
}

internal sealed class DistributedApplicationBuilder : IDistributedApplicationTestingBuilder
{
    private readonly bool randomPorts;

    public DistributedApplicationBuilder(DistributedApplicationOptions options, HostApplicationBuilderSettings settings, bool isTest)
    {
        IsTest = isTest;
        Configuration = new HostApplicationBuilder(settings).Configuration;
        randomPorts = Configuration.GetValue("DcpPublisher:RandomizePorts", defaultValue: isTest);
        if (Configuration["ASPIRE_DASHBOARD_FRONTEND_BROWSERTOKEN"] is { Length: > 0 } token) Configuration["AppHost:BrowserToken"] = token;
        foreach (var key in new[] { "AppHost:BrowserToken", "AppHost:DashboardApiKey", "AppHost:OtlpApiKey", "AppHost:ResourceService:ApiKey" })
        {
            Configuration[key] ??= RandomNumberGenerator.GetHexString(32, lowercase: true);
        }

        if (!options.DisableDashboard) Dashboard = new DashboardResource(this);
    }

    public ConfigurationManager Configuration { get; }

    public DistributedApplicationExecutionContext ExecutionContext { get; } = new();

    public string AppHostDirectory => BuildFacts.AppHostDirectory;

    /// <summary>Whether a test runs the application: the console belongs to the test then.</summary>
    public bool IsTest { get; }

    public DashboardResource? Dashboard { get; }

    /// <summary>Keycloak's admin password, a new one for each run, as on Aspire.</summary>
    public string KeycloakPassword { get; } = RandomNumberGenerator.GetHexString(24, lowercase: true);

    public List<Resource> Resources { get; } = [];

    /// <summary>The wanted port, or a free one where none is wanted, in tests, and with Aspire's setting <c>DcpPublisher:RandomizePorts</c>.</summary>
    public int GetPort(int? wanted) => randomPorts || wanted is null or 0 ? Ports.FindFree() : wanted.Value;

    public IResourceBuilder<T> AddResource<T>(T resource) where T : IResource
    {
        if (Resources.Exists(r => r.Name == resource.Name)) throw new DistributedApplicationException($"There are two resources named '{resource.Name}': rename one in AppHost.cs.");
        Resources.Add((Resource)(IResource)resource);
        return new ResourceBuilder<T>(this, resource);
    }

    public DistributedApplication Build()
    {
        TestedEntryPoint.Current?.StopAtBuild();
        return new DistributedApplication(this);
    }

    public Task<DistributedApplication> BuildAsync(CancellationToken cancellationToken = default) => Task.FromResult(new DistributedApplication(this));

    private sealed record ResourceBuilder<T>(IDistributedApplicationBuilder ApplicationBuilder, T Resource) : IResourceBuilder<T> where T : IResource;
}
