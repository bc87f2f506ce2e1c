using System.Security.Cryptography;
using AuthDemo.AppHost.Local;

// Names, namespaces and signatures here are Aspire 13.5's: AppHost.cs and the tests compile against either.
namespace Aspire.Hosting.ApplicationModel;

/// <summary>A part of the application.</summary>
public interface IResource
{
    /// <summary>The name that other resources, the logs and the dashboard use.</summary>
    string Name { get; }
}

/// <summary>A resource that is started with environment variables.</summary>
public interface IResourceWithEnvironment : IResource;

/// <summary>A resource that listens on endpoints.</summary>
public interface IResourceWithEndpoints : IResource;

/// <summary>A resource whose endpoints other resources can be told by <c>WithReference</c>.</summary>
public interface IResourceWithServiceDiscovery : IResourceWithEndpoints;

/// <summary>A resource that can be started after another one is healthy.</summary>
public interface IResourceWithWaitSupport : IResource;

/// <summary>A resource under construction.</summary>
/// <typeparam name="T">The kind of resource.</typeparam>
public interface IResourceBuilder<out T> where T : IResource
{
    /// <summary>The application that the resource belongs to.</summary>
    IDistributedApplicationBuilder ApplicationBuilder { get; }

    /// <summary>The resource itself.</summary>
    T Resource { get; }
}

/// <summary>What all resources have in common. On this engine every resource is one process.</summary>
public abstract class Resource(string name) : IResource
{
    /// <inheritdoc/>
    public string Name { get; } = name;

    /// <summary>Tells this run of the resource from others: in its telemetry, and after its name in the dashboard.</summary>
    internal string InstanceId { get; } = RandomNumberGenerator.GetHexString(8, lowercase: true);

    /// <summary>Whether it is started again when it dies.</summary>
    internal virtual bool IsSupervised => false;

    internal List<EndpointReference> Endpoints { get; } = [];

    internal List<Action<EnvironmentCallbackContext>> EnvironmentCallbacks { get; } = [];

    internal List<Resource> References { get; } = [];

    internal List<Resource> WaitsFor { get; } = [];

    internal List<HttpProbe> HealthChecks { get; } = [];

    internal List<(string EndpointName, Action<ResourceUrlAnnotation> Callback)> UrlCallbacks { get; } = [];

    internal List<HttpCommand> Commands { get; } = [];

    /// <summary>What to run. Asked each time the resource starts.</summary>
    /// <exception cref="DistributedApplicationException">It cannot be run here; the message says what to do.</exception>
    internal abstract ProgramToRun GetProgram();

    /// <summary>Which setting moves the resource to another port.</summary>
    internal abstract string PortSetting { get; }

    internal EndpointReference GetEndpoint(string name) =>
        Endpoints.Find(e => e.EndpointName == name)
        ?? throw new DistributedApplicationException($"Resource '{Name}' has no endpoint '{name}': it has {string.Join(", ", Endpoints.Select(e => e.EndpointName))}.");

    internal EndpointReference? HttpEndpoint(string? name) =>
        name is not null ? GetEndpoint(name) : Endpoints.Find(e => e.Scheme == "https") ?? Endpoints.FirstOrDefault();

    internal IEnumerable<ResourceUrlAnnotation> GetUrls()
    {
        foreach (var endpoint in Endpoints)
        {
            var url = new ResourceUrlAnnotation { Url = endpoint.Url, Endpoint = endpoint };
            foreach (var (_, callback) in UrlCallbacks.Where(c => c.EndpointName == endpoint.EndpointName)) callback(url);
            yield return url;
        }
    }
}

/// <summary>A .NET project.</summary>
public class ProjectResource : Resource, IResourceWithEnvironment, IResourceWithServiceDiscovery, IResourceWithWaitSupport
{
    internal ProjectResource(string name, IBuiltProject project)
        : base(name) => Project = project;

    internal IBuiltProject Project { get; }

    internal override ProgramToRun GetProgram() =>
        new(DotNet.Program, [Project.AssemblyPath], Path.GetDirectoryName(Project.ProjectPath)!);

    internal override string PortSetting =>
        $"applicationUrl in {Path.GetFileName(Path.GetDirectoryName(Project.ProjectPath))}/Properties/launchSettings.json";
}

/// <summary>Keycloak, or what stands in for it: see <see cref="IdentityProvider"/>.</summary>
public sealed class KeycloakResource : Resource, IResourceWithEnvironment, IResourceWithServiceDiscovery, IResourceWithWaitSupport
{
    internal KeycloakResource(string name, IdentityProvider provider)
        : base(name) => Provider = provider;

    internal IdentityProvider Provider { get; }

    /// <summary>The folder with the <c>*-realm.json</c> files to import.</summary>
    internal string? Realms { get; set; }

    internal override ProgramToRun GetProgram() => Provider.GetProgram(this);

    internal override string PortSetting => "the port of AddKeycloak in AppHost/AppHost.cs";
}

/// <summary>A value from outside. This engine only knows the type.</summary>
public class ParameterResource(string name, string value) : IResource
{
    /// <inheritdoc/>
    public string Name { get; } = name;

    internal string Value { get; } = value;
}

/// <summary>One endpoint of a resource.</summary>
public sealed class EndpointReference
{
    internal EndpointReference(Resource resource, string endpointName, string scheme, int port) =>
        (Resource, EndpointName, Scheme, Port) = (resource, endpointName, scheme, port);

    /// <summary>The endpoint's name, such as <c>http</c>.</summary>
    public string EndpointName { get; }

    /// <summary>The URI scheme.</summary>
    public string Scheme { get; }

    /// <summary>The port on the loopback interface.</summary>
    public int Port { get; }

    /// <summary>The endpoint's address, without a trailing slash.</summary>
    public string Url => $"{Scheme}://localhost:{Port}";

    internal Resource Resource { get; }
}

/// <summary>The networks from which an endpoint can be seen. On this engine there is one, so all give the same address.</summary>
/// <param name="Value">The network's name.</param>
public readonly record struct NetworkIdentifier(string Value);

/// <summary>The networks that Aspire knows.</summary>
public static class KnownNetworkIdentifiers
{
    /// <summary>The machine's loopback interface.</summary>
    public static readonly NetworkIdentifier LocalhostNetwork = new("localhost");
}

/// <summary>What a callback that sets environment variables works on.</summary>
public class EnvironmentCallbackContext(DistributedApplicationExecutionContext executionContext, IResource resource)
{
    /// <summary>How the application was started.</summary>
    public DistributedApplicationExecutionContext ExecutionContext { get; } = executionContext;

    /// <summary>The resource whose environment this is.</summary>
    public IResource Resource { get; } = resource;

    /// <summary>The variables so far. A value is a string or an <see cref="EndpointReference"/>.</summary>
    public Dictionary<string, object> EnvironmentVariables { get; } = [];
}

/// <summary>A URL as the dashboard shows it.</summary>
public sealed class ResourceUrlAnnotation
{
    /// <summary>The link's target.</summary>
    public required string Url { get; set; }

    /// <summary>The link's text; the URL itself where it is null.</summary>
    public string? DisplayText { get; set; }

    /// <summary>The endpoint that the URL came from.</summary>
    public EndpointReference? Endpoint { get; init; }
}
