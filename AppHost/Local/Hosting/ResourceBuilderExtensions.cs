using System.Text.RegularExpressions;
using AuthDemo.AppHost.Local;

namespace Aspire.Hosting;

/// <summary>What AppHost.cs says about a resource.</summary>
public static partial class ResourceBuilderExtensions
{
    /// <summary>Sets an environment variable.</summary>
    public static IResourceBuilder<T> WithEnvironment<T>(this IResourceBuilder<T> builder, string name, string? value) where T : IResourceWithEnvironment =>
        builder.WithEnvironment(context => context.EnvironmentVariables[name] = value ?? "");

    /// <summary>Sets an environment variable to an endpoint's address.</summary>
    public static IResourceBuilder<T> WithEnvironment<T>(this IResourceBuilder<T> builder, string name, EndpointReference endpointReference) where T : IResourceWithEnvironment =>
        builder.WithEnvironment(context => context.EnvironmentVariables[name] = endpointReference);

    /// <summary>Adds a callback that may change every variable set so far. Callbacks run in the order of their registration, at each start.</summary>
    public static IResourceBuilder<T> WithEnvironment<T>(this IResourceBuilder<T> builder, Action<EnvironmentCallbackContext> callback) where T : IResourceWithEnvironment
    {
        Of(builder).EnvironmentCallbacks.Add(callback);
        return builder;
    }

    /// <summary>Tells the resource the addresses of another one: <c>services__api__http__0</c> and <c>API_HTTP</c> for each of its endpoints.</summary>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(this IResourceBuilder<TDestination> builder, IResourceBuilder<IResourceWithServiceDiscovery> source)
        where TDestination : IResourceWithEnvironment
    {
        var referenced = Of(source);
        Of(builder).References.Add(referenced);
        return builder.WithEnvironment(context =>
        {
            foreach (var endpoint in referenced.Endpoints)
            {
                context.EnvironmentVariables[$"services__{referenced.Name}__{endpoint.EndpointName}__0"] = endpoint;
                context.EnvironmentVariables[$"{NotInVariableName().Replace(referenced.Name, "_")}_{endpoint.EndpointName}".ToUpperInvariant()] = endpoint;
            }
        });
    }

    /// <summary>Starts the resource only when the other one is healthy.</summary>
    public static IResourceBuilder<T> WaitFor<T>(this IResourceBuilder<T> builder, IResourceBuilder<IResource> dependency) where T : IResourceWithWaitSupport
    {
        Of(builder).WaitsFor.Add(Of(dependency));
        return builder;
    }

    /// <summary>One of the resource's endpoints.</summary>
    /// <exception cref="DistributedApplicationException">The resource has no endpoint of that name.</exception>
    public static EndpointReference GetEndpoint<T>(this IResourceBuilder<T> builder, string name) where T : IResourceWithEndpoints =>
        Of(builder).GetEndpoint(name);

    /// <summary>One of the resource's endpoints, as it is seen from a network.</summary>
    /// <exception cref="DistributedApplicationException">The resource has no endpoint of that name.</exception>
    public static EndpointReference GetEndpoint<T>(this IResourceBuilder<T> builder, string name, NetworkIdentifier contextNetworkID) where T : IResourceWithEndpoints =>
        builder.GetEndpoint(name);

    /// <summary>Calls the resource healthy when a GET of the path answers with the status (200 where it is null).</summary>
    public static IResourceBuilder<T> WithHttpHealthCheck<T>(this IResourceBuilder<T> builder, string? path = null, int? statusCode = null, string? endpointName = null)
        where T : IResourceWithEndpoints
    {
        var resource = Of(builder);
        resource.HealthChecks.Add(new HttpProbe(resource.HttpEndpoint(endpointName)!, path ?? "/", statusCode ?? 200));
        return builder;
    }

    /// <summary>Marks the resource as reachable from outside where the application is published. Here everything is on loopback.</summary>
    public static IResourceBuilder<T> WithExternalHttpEndpoints<T>(this IResourceBuilder<T> builder) where T : IResourceWithEndpoints => builder;

    /// <summary>Changes how the dashboard shows an endpoint's URL.</summary>
    public static IResourceBuilder<T> WithUrlForEndpoint<T>(this IResourceBuilder<T> builder, string endpointName, Action<ResourceUrlAnnotation> callback) where T : IResource
    {
        Of(builder).UrlCallbacks.Add((endpointName, callback));
        return builder;
    }

    /// <summary>Adds a command to the dashboard that sends a request to the resource.</summary>
    public static IResourceBuilder<TResource> WithHttpCommand<TResource>(
        this IResourceBuilder<TResource> builder, string path, string displayName, string? endpointName = null, string? commandName = null, HttpCommandOptions? commandOptions = null)
        where TResource : IResourceWithEndpoints
    {
        var resource = Of(builder);
        var options = commandOptions ?? new HttpCommandOptions();
        var name = commandName ?? $"{resource.Name}-http-{options.Method ?? HttpMethod.Post}-{path}".ToLowerInvariant();
        resource.Commands.Add(new HttpCommand(name, displayName, path, resource.HttpEndpoint(endpointName)!, options));
        return builder;
    }

    private static Resource Of<T>(IResourceBuilder<T> builder) where T : IResource => (Resource)(IResource)builder.Resource;

    [GeneratedRegex("[^A-Za-z0-9_]")]
    private static partial Regex NotInVariableName();
}
