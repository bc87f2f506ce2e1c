using System.Globalization;
using AuthDemo.AppHost.Keycloak;
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

    /// <exception cref="DistributedApplicationException">The settings cannot be followed here.</exception>
    public static void AddReplicas(
        this IDistributedApplicationBuilder builder, IResourceBuilder<ProjectResource> api, IResourceBuilder<ProjectResource> web)
    {
        var count = Read(builder.Configuration[Setting]);
        var isExisting = !string.IsNullOrEmpty(builder.Configuration.GetConnectionString(Redis));
        if (count == 1 && !isExisting) return;

        if (!isExisting && builder.ExecutionContext.IsRunMode)
            RequireRuntime(count, () => ContainerRuntime.FindProblem(builder.Configuration["ASPIRE_CONTAINER_RUNTIME"]));
        IResourceBuilder<IResourceWithConnectionString> redis =
            isExisting ? builder.AddConnectionString(Redis) : builder.AddRedis(Redis).WithIconName("DatabaseStack");
        web.WithReference(redis).WaitFor(redis).WithReplicas(count);
        api.WithReference(redis, "building").WaitFor(redis).WithReplicas(count);
    }

    /// <param name="setting">The setting <c>Replicas</c>.</param>
    /// <exception cref="DistributedApplicationException">It is no usable number.</exception>
    public static int Read(string? setting) =>
        string.IsNullOrEmpty(setting) ? 1
        : int.TryParse(setting, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is >= 1 and <= Most ? count
        : throw new DistributedApplicationException(
            $"The setting {Setting} is '{setting}': set it to a number from 1 to {Most}, or leave it out for one process of each service.");

    /// <param name="count">How many processes were asked for.</param>
    /// <param name="findProblem">Asks why no container can run; null where one can.</param>
    /// <exception cref="DistributedApplicationException">Redis cannot run.</exception>
    public static void RequireRuntime(int count, Func<string?> findProblem)
    {
        if (findProblem() is not { } problem) return;
        throw new DistributedApplicationException(
            $"{Setting}={count} needs Redis, and its container cannot run because {problem}: "
            + $"start Docker, or set ConnectionStrings:{Redis} to a Redis of yours, such as localhost:6379.");
    }
}
