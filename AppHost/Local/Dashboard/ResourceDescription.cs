using System.Text.RegularExpressions;
using AuthDemo.AppHost.Local.Wire;
using Google.Protobuf.WellKnownTypes;

namespace AuthDemo.AppHost.Local;

/// <summary>A resource as the dashboard wants to see it.</summary>
internal static partial class ResourceDescription
{
    /// <summary>The dashboard finds a resource's telemetry by the part after the dash, which is its service.instance.id.</summary>
    public static string NameOf(Aspire.Hosting.ApplicationModel.Resource resource) => $"{resource.Name}-{resource.InstanceId}";

    public static Wire.Resource Of(ResourceRun run)
    {
        var (resource, now) = (run.Resource, run.Now);
        var project = resource as ProjectResource;
        var description = new Wire.Resource
        {
            Name = NameOf(resource),
            Uid = NameOf(resource),
            DisplayName = resource.Name,
            ResourceType = project is null ? "Executable" : "Project",
            State = now.State,
            CreatedAt = run.CreatedAt.ToTimestamp(),
            StartedAt = now.StartedAt?.ToTimestamp(),
            StoppedAt = now.StoppedAt?.ToTimestamp(),
            Commands = { ResourceCommands.Of(run) },
            Environment = { now.Environment.Select(v => new EnvironmentVariable { Name = v.Key, Value = Redact(v.Key, v.Value), IsFromSpec = true }) },
            Relationships =
            {
                resource.References.Select(other => new Relationship { ResourceName = other.Name, Type = "Reference" }),
                resource.WaitsFor.Select(other => new Relationship { ResourceName = other.Name, Type = "WaitFor" }),
            },
            Urls =
            {
                resource.GetUrls().Select(url => new Url
                {
                    EndpointName = url.Endpoint!.EndpointName,
                    FullUrl = url.Url,
                    IsInactive = now.State != "Running",
                    DisplayProperties = new() { DisplayName = url.DisplayText ?? "" },
                }),
            },
        };
        if (resource is KeycloakResource) description.IconName = "LockClosed";
        if (now.Health is { } health)
        {
            description.HealthReports.Add(new Health
            {
                Key = $"{resource.Name}_check",
                Description = health.Description,
                Status = health.IsHealthy ? HealthStatus.Healthy : HealthStatus.Unhealthy,
                LastRunAt = health.At.ToTimestamp(),
            });
        }

        Add("resource.displayName", resource.Name);
        Add("resource.state", now.State);
        Add("resource.startTime", now.StartedAt?.ToString("O"));
        Add("resource.stopTime", now.StoppedAt?.ToString("O"));
        Add("resource.healthState", now.State == "Running" ? now.IsHealthy ? "Healthy" : "Unhealthy" : null);
        if (now.ExitCode is { } exitCode) description.Properties.Add(new Property { Name = "resource.exitCode", Value = Value.ForNumber(exitCode) });
        if (now.Program is { } program)
        {
            Add("executable.path", program.FileName);
            Add("executable.workDir", program.WorkingDirectory);
            description.Properties.Add(new Property { Name = "executable.args", Value = Value.ForList([.. program.Arguments.Select(Value.ForString)]) });
        }

        Add("project.path", project?.Project.ProjectPath);
        return description;

        void Add(string name, string? value)
        {
            if (value is not null) description.Properties.Add(new Property { Name = name, Value = Value.ForString(value) });
        }
    }

    /// <summary>The dashboard only hides a value behind a button: what is secret does not get there at all.</summary>
    private static string Redact(string name, string value) => value.Length > 0 && SecretName().IsMatch(name) ? "(redacted)" : value;

    [GeneratedRegex("SECRET|PASSWORD|TOKEN|CREDENTIAL|OTLP_HEADERS|KEY$", RegexOptions.IgnoreCase)]
    private static partial Regex SecretName();
}
