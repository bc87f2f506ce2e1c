using Aspire.Hosting;
using AuthDemo.AppHost.Local;

namespace AuthDemo.Tests.Engine;

public sealed class ResourceTests
{
    private CancellationToken Timeout { get; } = new CancellationTokenSource(TimeSpan.FromSeconds(30)).Token;

    [Fact]
    public async Task Resource_starts_only_when_what_it_waits_for_is_healthy()
    {
        var first = TestResource.Server("first", healthyAfter: 800);
        var second = TestResource.Server("second", healthyAfter: 0);
        second.WaitsFor.Add(first);
        await using var application = TestApplication.Build(second, first);
        await application.StartAsync(Timeout);

        await application.ResourceNotifications.WaitForResourceHealthyAsync("second", Timeout);

        var (firstStarted, secondStarted) = (application.Engine.Find("first").Now.StartedAt, application.Engine.Find("second").Now.StartedAt);
        Assert.True(secondStarted - firstStarted >= TimeSpan.FromMilliseconds(800), $"first at {firstStarted:O}, second at {secondStarted:O}");
    }

    [Fact]
    public async Task Resource_that_dies_is_reported_with_its_exit_code_and_its_last_lines()
    {
        await using var application = TestApplication.Build(TestResource.Shell("broken", "echo starting; echo 'no coffee' >&2; exit 7"));
        await application.StartAsync(Timeout);
        var run = application.Engine.Find("broken");
        while (run.Now.State != "Exited") await Task.Delay(20, Timeout);

        var failure = await Assert.ThrowsAsync<DistributedApplicationException>(() => run.WaitUntilHealthyAsync(Timeout));

        Assert.StartsWith("broken ended with exit code 7", failure.Message, StringComparison.Ordinal);
        Assert.Contains("  no coffee", failure.Message, StringComparison.Ordinal);
        Assert.Equal(7, run.Now.ExitCode);
    }

    [Fact]
    public async Task Resource_whose_dependency_dies_fails_with_the_same_sentence()
    {
        var broken = TestResource.Server("broken", healthyAfter: 0);
        broken.EnvironmentCallbacks.Add(context => context.EnvironmentVariables["PORT"] = "99999");
        var waiting = TestResource.Shell("waiting", "sleep 60");
        waiting.WaitsFor.Add(broken);
        await using var application = TestApplication.Build(broken, waiting);
        await application.StartAsync(Timeout);

        var failure = await Assert.ThrowsAsync<DistributedApplicationException>(() => application.ResourceNotifications.WaitForResourceHealthyAsync("waiting", Timeout));

        Assert.StartsWith("broken ended with exit code", failure.Message, StringComparison.Ordinal);
        Assert.Equal("FailedToStart", application.Engine.Find("waiting").Now.State);
    }

    [Fact]
    public async Task Program_that_does_not_exist_is_named()
    {
        await using var application = TestApplication.Build(new TestResource("ghost", new("/nowhere/ghost", [], Path.GetTempPath())));
        await application.StartAsync(Timeout);
        var run = application.Engine.Find("ghost");
        while (run.Now.Failure is null) await Task.Delay(20, Timeout);

        Assert.Contains("/nowhere/ghost", run.Now.Failure, StringComparison.Ordinal);
        Assert.Contains("127", run.Now.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Resource_can_be_stopped_and_started_again()
    {
        await using var application = TestApplication.Build(TestResource.Server("server", healthyAfter: 0));
        await application.StartAsync(Timeout);
        var run = application.Engine.Find("server");
        await run.WaitUntilHealthyAsync(Timeout);

        await run.StopAsync();
        Assert.Equal("Exited", run.Now.State);
        Assert.False(run.Now.IsHealthy);

        run.Start();
        await run.WaitUntilHealthyAsync(Timeout);
        Assert.Equal("Running", run.Now.State);
    }

    [Fact]
    public async Task Supervised_resource_is_started_again_when_it_dies()
    {
        await using var application = TestApplication.Build(new TestResource("phoenix", new("bash", ["-c", "exit 3"], Path.GetTempPath())) { Supervised = true });
        var starts = 0;
        var run = application.Engine.Find("phoenix");
        run.Changed += _ => starts += run.Now.State == "Starting" ? 1 : 0;
        await application.StartAsync(Timeout);

        while (starts < 2) await Task.Delay(50, Timeout);
    }

    [Fact]
    public async Task Stopping_ends_all_that_a_resource_started_even_what_ignores_the_request()
    {
        var lines = new List<string>();
        using var child = new ChildProcess(
            new("bash", ["-c", "bash -c 'trap \"\" TERM; echo $$; while :; do sleep 1; done' & wait"], Path.GetTempPath()),
            new Dictionary<string, string>(),
            (line, _) => { lock (lines) lines.Add(line); });
        while (lines.Count == 0) await Task.Delay(20, Timeout);
        var stubborn = int.Parse(lines[0], System.Globalization.CultureInfo.InvariantCulture);
        Assert.True(Processes.IsAlive(stubborn));

        child.Stop();
        await child.Exited.WaitAsync(Timeout);

        Assert.False(Processes.IsAlive(stubborn));
    }

    [Fact]
    public async Task Child_inherits_none_of_the_AppHosts_own_settings()
    {
        Environment.SetEnvironmentVariable("ASPNETCORE_TEST_LEAK", "leaked");
        Environment.SetEnvironmentVariable("ASPIRE_TEST_LEAK", "leaked");
        var lines = new List<string>();
        using var child = new ChildProcess(new("env", [], Path.GetTempPath()), new Dictionary<string, string> { ["GIVEN"] = "yes" }, (line, _) => { lock (lines) lines.Add(line); });

        Assert.Equal(0, await child.Exited.WaitAsync(Timeout));

        Assert.Contains("GIVEN=yes", lines);
        Assert.Contains(lines, l => l.StartsWith("PATH=", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, l => l.Contains("leaked", StringComparison.Ordinal));
    }

    [Fact]
    public void Port_in_use_is_said_in_one_sentence_with_the_setting_that_moves_it()
    {
        var resource = TestResource.Server("server", healthyAfter: 0);
        var endpoint = resource.Endpoints[0];
        using var occupant = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, endpoint.Port);
        occupant.Start();

        var failure = Assert.Throws<DistributedApplicationException>(() => Ports.ThrowIfInUse(endpoint));

        Assert.Equal(
            $"Port {endpoint.Port}, which server needs, is in use by another program: stop that one (perhaps AuthDemo runs already), or change the test.",
            failure.Message);
    }

    [Fact]
    public void Log_keeps_the_last_lines_only()
    {
        var log = new ResourceLog("chatty", toConsole: false);
        for (var i = 1; i <= 6_000; i++) log.Add($"line {i}", isError: false);

        var reader = log.Read(follow: false, Timeout);
        var kept = new List<ResourceLogLine>();
        while (reader.TryRead(out var line)) kept.Add(line);

        Assert.Equal(5_000, kept.Count);
        Assert.Equal(("line 6000", 6_000), (kept[^1].Text, kept[^1].Number));
    }
}
