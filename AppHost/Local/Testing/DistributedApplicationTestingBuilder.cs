using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Testing;

/// <summary>An application that a test is about to run.</summary>
public interface IDistributedApplicationTestingBuilder : IDistributedApplicationBuilder
{
    /// <summary>The finished application.</summary>
    Task<DistributedApplication> BuildAsync(CancellationToken cancellationToken = default);
}

/// <summary>Runs an AppHost's own program up to <c>Build()</c>, for a test to go on from there. Ports are random, and the dashboard is off unless a test turns it on.</summary>
public static class DistributedApplicationTestingBuilder
{
    /// <summary>With the AppHost's default settings.</summary>
    public static Task<IDistributedApplicationTestingBuilder> CreateAsync<TEntryPoint>(CancellationToken cancellationToken = default) where TEntryPoint : class =>
        CreateAsync<TEntryPoint>([], (_, _) => { }, cancellationToken);

    /// <summary>With a command line.</summary>
    public static Task<IDistributedApplicationTestingBuilder> CreateAsync<TEntryPoint>(string[] args, CancellationToken cancellationToken = default) where TEntryPoint : class =>
        CreateAsync<TEntryPoint>(args, (_, _) => { }, cancellationToken);

    /// <summary>With a command line and changed options.</summary>
    /// <typeparam name="TEntryPoint">A class in the AppHost's assembly, such as <c>Projects.AppHost</c>.</typeparam>
    public static async Task<IDistributedApplicationTestingBuilder> CreateAsync<TEntryPoint>(
        string[] args, Action<DistributedApplicationOptions, HostApplicationBuilderSettings> configureBuilder, CancellationToken cancellationToken = default)
        where TEntryPoint : class
    {
        var entryPoint = new TestedEntryPoint(args, configureBuilder);
        return await Task.Run(() => entryPoint.RunToBuild(typeof(TEntryPoint).Assembly), cancellationToken);
    }
}

/// <summary>What a test asks of the running application.</summary>
public static class DistributedApplicationHostingTestingExtensions
{
    /// <summary>An endpoint's address; without a name that of https, else http.</summary>
    public static Uri GetEndpoint(this DistributedApplication app, string resourceName, string? endpointName = default) =>
        new(app.Engine.Find(resourceName).Resource.HttpEndpoint(endpointName)!.Url);

    /// <summary>A client with default handlers, for one of the resource's endpoints.</summary>
    public static HttpClient CreateHttpClient(this DistributedApplication app, string resourceName, string? endpointName = default) =>
        new() { BaseAddress = app.GetEndpoint(resourceName, endpointName) };
}

/// <summary>An AppHost's program on its way to <c>Build()</c> inside a test.</summary>
internal sealed class TestedEntryPoint(string[] args, Action<DistributedApplicationOptions, HostApplicationBuilderSettings> configure)
{
    private static readonly AsyncLocal<TestedEntryPoint?> Running = new();
    private DistributedApplicationBuilder? builder;

    public static TestedEntryPoint? Current => Running.Value;

    /// <exception cref="DistributedApplicationException">The program ended without building an application.</exception>
    public IDistributedApplicationTestingBuilder RunToBuild(Assembly appHost)
    {
        Running.Value = this;
        try
        {
            object?[]? parameters = appHost.EntryPoint!.GetParameters().Length == 1 ? [args] : null;
            appHost.EntryPoint.Invoke(null, BindingFlags.DoNotWrapExceptions, binder: null, parameters, culture: null);
        }
        catch (HostAbortedException)
        {
            // Thrown by StopAtBuild: what comes after Build() in the program is the test's business.
            return builder!;
        }

        throw new DistributedApplicationException($"{appHost.GetName().Name} ended without calling Build().");
    }

    public DistributedApplicationBuilder CreateBuilder(string[] given)
    {
        var options = new DistributedApplicationOptions { Args = given, DisableDashboard = true };
        var settings = new HostApplicationBuilderSettings { Args = given, Configuration = new ConfigurationManager(), EnvironmentName = Environments.Development };
        configure(options, settings);
        return builder = new DistributedApplicationBuilder(options, settings, isTest: true);
    }

    public void StopAtBuild()
    {
        if (builder is not null) throw new HostAbortedException();
    }
}
