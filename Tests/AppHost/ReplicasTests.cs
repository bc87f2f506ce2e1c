using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;

namespace AuthDemo.Tests.AppHost;

[Trait("Needs", "Processes")]
public sealed class ReplicasTests
{
    private const string Existing = "--ConnectionStrings:sessions=localhost:6379";

    [Theory]
    [InlineData(1, false)]
    [InlineData(1, false, "--Replicas=1")]
    [InlineData(1, true, Existing)]
    [InlineData(2, true, Existing, "--Replicas=2")]
    public async Task Setting_says_how_many_of_each_run_and_whether_they_share_a_Redis(int count, bool isShared, params string[] arguments)
    {
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.AppHost>(
            ["--IdentityProvider=StandIn", .. arguments], TestContext.Current.CancellationToken);
        foreach (var name in (string[])["api", "web"])
        {
            var project = builder.Resources.OfType<ProjectResource>().Single(resource => resource.Name == name);
            Assert.Equal(count, project.GetReplicaCount());
            Assert.Equal(isShared, project.Annotations.OfType<WaitAnnotation>().Any(wait => wait.Resource.Name == "sessions"));
        }

        Assert.Equal(isShared, builder.Resources.Any(resource => resource.Name == "sessions"));
    }
}
