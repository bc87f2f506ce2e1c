using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using AuthDemo.AppHost.Local;

namespace AuthDemo.Tests.Engine;

/// <summary>A resource that is a few lines of shell or Node.js.</summary>
internal sealed class TestResource(string name, ProgramToRun program) : Resource(name), IResourceWithEnvironment, IResourceWithEndpoints, IResourceWithWaitSupport
{
    internal override string PortSetting => "the test";

    internal override bool IsSupervised => Supervised;

    internal bool Supervised { get; init; }

    public static TestResource Shell(string name, string script) => new(name, new("bash", ["-c", script], Path.GetTempPath()));

    /// <summary>Serves <c>/health</c>: 503 until it is so many milliseconds old, then 200.</summary>
    public static TestResource Server(string name, int healthyAfter)
    {
        var script = $$"""
            const started = Date.now();
            require('node:http').createServer((_, answer) => answer.writeHead(Date.now() - started < {{healthyAfter}} ? 503 : 200).end()).listen(process.env.PORT, 'localhost');
            """;
        var resource = new TestResource(name, new(Node.FindProgram(), ["-e", script], Path.GetTempPath()));
        var endpoint = new EndpointReference(resource, "http", "http", Ports.FindFree());
        resource.Endpoints.Add(endpoint);
        resource.HealthChecks.Add(new HttpProbe(endpoint, "/health", 200));
        resource.EnvironmentCallbacks.Add(context => context.EnvironmentVariables["PORT"] = $"{endpoint.Port}");
        return resource;
    }

    internal override ProgramToRun GetProgram() => program;
}

/// <summary>An application of such resources.</summary>
internal static class TestApplication
{
    public static DistributedApplication Build(params Resource[] resources)
    {
        var builder = new DistributedApplicationBuilder(new() { DisableDashboard = true }, new(), isTest: true);
        foreach (var resource in resources) builder.AddResource(resource);
        return builder.Build();
    }
}
