using AuthDemo.AppHost.Keycloak;
using AuthDemo.AppHost.Startup;
using Microsoft.Extensions.Configuration;

namespace AuthDemo.AppHost;

internal static class Replicas
{
    /// <summary>Runs several processes of each service with a shared Redis if the setting <c>Replicas</c> is set.</summary>
    public static void AddReplicas(
        this IDistributedApplicationBuilder builder, IResourceBuilder<ProjectResource> api, IResourceBuilder<ProjectResource> web)
    {
        var setting = builder.Configuration["Replicas"] ?? "1";
        if (!int.TryParse(setting, out var count) || count is < 1 or > 8)
            builder.RefuseStart($"The setting Replicas is '{setting}': set it to a number from 1 to 8, or leave it out.");

        var isExisting = !string.IsNullOrEmpty(builder.Configuration.GetConnectionString("sessions"));
        if (count <= 1 && !isExisting) return;

        if (!isExisting && builder.ExecutionContext.IsRunMode && ContainerRuntime.FindProblem(builder.Configuration) is { } problem)
            builder.RefuseStart($"Replicas={count} needs Redis, whose container cannot run because {problem}: "
                + "mend that, or set ConnectionStrings:sessions to a Redis of yours, such as localhost:6379.");
        IResourceBuilder<IResourceWithConnectionString> redis =
            isExisting ? builder.AddConnectionString("sessions") : builder.AddRedis("sessions").WithIconName("DatabaseStack");
        web.WithReference(redis).WaitFor(redis).WithReplicas(count);
        api.WithReference(redis, "building").WaitFor(redis).WithReplicas(count);
    }
}
