using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using AuthDemo.AppHost;

namespace AuthDemo.Tests.AppHost;

/// <summary>How many processes of each service run, and what they share.</summary>
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

    [Theory]
    [InlineData("two")]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("2.0")]
    [InlineData("9")]
    public void Number_that_is_none_is_one_sentence_that_says_what_to_do(string setting)
    {
        var failure = Assert.Throws<DistributedApplicationException>(() => Replicas.Read(setting));

        Assert.Equal(
            $"The setting Replicas is '{setting}': set it to a number from 1 to 8, or leave it out for one process of each service.",
            failure.Message);
    }

    [Fact]
    public void Redis_that_cannot_run_is_one_sentence_that_says_what_to_do()
    {
        Replicas.RequireRuntime(2, () => null);
        var failure = Assert.Throws<DistributedApplicationException>(() => Replicas.RequireRuntime(2, () => "docker does not run"));

        Assert.Equal(
            "Replicas=2 needs Redis, and its container cannot run because docker does not run: "
            + "start Docker, or set ConnectionStrings:sessions to a Redis of yours, such as localhost:6379.",
            failure.Message);
    }
}
