using System.Globalization;
using AuthDemo.AppHost.Keycloak;
using AuthDemo.AppHost.Startup;
using Microsoft.Extensions.Configuration;

namespace AuthDemo.AppHost;

/// <summary>
/// Several processes of each service, and the Redis in which they keep what they share. Without the setting <c>Replicas</c> there is one of
/// each and no Redis.
/// </summary>
internal static class Replicas
{
    private const string Setting = "Replicas";
    private const string Redis = "sessions";
    private const int Most = 8;

    public static void AddReplicas(
        this IDistributedApplicationBuilder builder, IResourceBuilder<ProjectResource> api, IResourceBuilder<ProjectResource> web)
    {
        var setting = builder.Configuration[Setting] is { Length: > 0 } text ? text : null;
        var isNumber = int.TryParse(setting ?? "1", NumberStyles.None, CultureInfo.InvariantCulture, out var count);
        if (!isNumber || count is < 1 or > Most)
        {
            builder.RefuseStart($"The setting {Setting} is '{setting}': "
                + $"set it to a number from 1 to {Most}, or leave it out for one process of each service.");
            return;
        }

        var isExisting = !string.IsNullOrEmpty(builder.Configuration.GetConnectionString(Redis));
        if (count == 1 && !isExisting) return;

        if (!isExisting && builder.ExecutionContext.IsRunMode
            && ContainerRuntime.FindProblem(builder.Configuration["ASPIRE_CONTAINER_RUNTIME"]) is { } problem)
        {
            builder.RefuseStart($"{Setting}={count} needs Redis, and its container cannot run because {problem}: "
                + $"mend that, or set ConnectionStrings:{Redis} to a Redis of yours, such as localhost:6379.");
        }

        IResourceBuilder<IResourceWithConnectionString> redis =
            isExisting ? builder.AddConnectionString(Redis) : builder.AddRedis(Redis).WithIconName("DatabaseStack");
        web.WithReference(redis).WaitFor(redis).WithReplicas(count);
        api.WithReference(redis, "building").WaitFor(redis).WithReplicas(count);
    }
}
