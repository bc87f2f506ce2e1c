using System.Net;
using Aspire.Hosting.ApplicationModel;
using AuthDemo.AppHost.Local;
using AuthDemo.AppHost.Local.Wire;
using Grpc.Core;

namespace AuthDemo.Tests.Engine;

/// <summary>What the dashboard is told about the resources, and what it can do with them.</summary>
public sealed class ResourceServiceTests
{
    private CancellationToken Timeout { get; } = new CancellationTokenSource(TimeSpan.FromSeconds(30)).Token;

    [Fact]
    public async Task Secrets_do_not_reach_the_dashboard()
    {
        var resource = TestResource.Server("server", healthyAfter: 0);
        string[] secrets = ["COMMANDS_KEY", "Client__Secret", "KC_BOOTSTRAP_ADMIN_PASSWORD", "OTEL_EXPORTER_OTLP_HEADERS", "KC_TRACING_HEADER_X_OTLP_API_KEY", "ACCESS_TOKEN"];
        resource.EnvironmentCallbacks.Add(context =>
        {
            foreach (var name in secrets) context.EnvironmentVariables[name] = "hunter2";
            context.EnvironmentVariables["KEYS"] = "/a/folder";
        });
        await using var application = TestApplication.Build(resource);
        await application.StartAsync(Timeout);
        await application.ResourceNotifications.WaitForResourceHealthyAsync("server", Timeout);

        var environment = ResourceDescription.Of(application.Engine.Find("server")).Environment;

        Assert.All(secrets, name => Assert.Equal("(redacted)", environment.Single(v => v.Name == name).Value));
        Assert.Equal("/a/folder", environment.Single(v => v.Name == "KEYS").Value);
        Assert.DoesNotContain(environment, v => v.Name == "PATH");
    }

    [Fact]
    public async Task Stop_and_start_change_what_the_dashboard_shows()
    {
        await using var application = TestApplication.Build(TestResource.Server("server", healthyAfter: 0));
        await application.StartAsync(Timeout);
        var run = application.Engine.Find("server");
        await run.WaitUntilHealthyAsync(Timeout);
        var watching = new Updates();
        using var closing = new CancellationTokenSource();
        var watch = new ResourceService([run]).WatchResources(new(), watching, new Call(closing.Token));

        await ResourceCommands.ExecuteAsync(run, "stop", Timeout);
        await watching.WaitForAsync("Exited", health: null, Timeout);
        Assert.Contains(ResourceDescription.Of(run).Commands, c => c.Name == "start");

        await ResourceCommands.ExecuteAsync(run, "start", Timeout);
        await watching.WaitForAsync("Running", HealthStatus.Healthy, Timeout);
        Assert.Contains(ResourceDescription.Of(run).Commands, c => c.Name == "stop");

        await closing.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => watch);
    }

    [Fact]
    public async Task Resource_is_shown_with_its_URLs_its_references_and_the_name_that_its_telemetry_has()
    {
        var builder = new Aspire.Hosting.DistributedApplicationBuilder(new() { DisableDashboard = true }, new(), isTest: true);
        var (first, second) = (TestResource.Server("first", healthyAfter: 0), TestResource.Server("second", healthyAfter: 0));
        builder.AddResource(first);
        second.References.Add(first);
        second.WaitsFor.Add(first);
        second.UrlCallbacks.Add(("http", url => url.DisplayText = "Come in"));
        builder.AddResource(second);
        await using var application = builder.Build();

        var shown = ResourceDescription.Of(application.Engine.Find("second"));

        Assert.Equal($"second-{second.InstanceId}", shown.Name);
        Assert.Equal(("Come in", second.GetEndpoint("http").Url), (shown.Urls[0].DisplayProperties.DisplayName, shown.Urls[0].FullUrl));
        Assert.Equal([("first", "Reference"), ("first", "WaitFor")], shown.Relationships.Select(r => (r.ResourceName, r.Type)));
        Assert.Equal("NotStarted", shown.State);
        Assert.NotNull(shown.CreatedAt);
    }

    [Theory]
    [InlineData("/right", "Succeeded", "key=s3cret")]
    [InlineData("/wrong", "Failed", "no such command")]
    public async Task Http_command_sends_what_it_was_prepared_with_and_shows_the_answer(string path, string expected, string shown)
    {
        const string Script = """
            require('node:http').createServer((request, answer) => request.method === 'POST' && request.url === '/right'
                ? answer.end(`key=${request.headers['x-key']}`)
                : answer.writeHead(404).end('no such command')).listen(process.env.PORT, 'localhost', () => console.log('up'));
            """;
        var resource = new TestResource("server", new(Node.FindProgram(), ["-e", Script], Path.GetTempPath()));
        var endpoint = new EndpointReference(resource, "http", "http", Ports.FindFree());
        resource.EnvironmentCallbacks.Add(context => context.EnvironmentVariables["PORT"] = $"{endpoint.Port}");
        resource.Commands.Add(new("try", "Try", path, endpoint, new()
        {
            PrepareRequest = context =>
            {
                context.Request.Headers.Add("X-Key", "s3cret");
                return Task.CompletedTask;
            },
        }));
        await using var application = TestApplication.Build(resource);
        await application.StartAsync(Timeout);
        var run = application.Engine.Find("server");
        await run.Log.Read(follow: true, Timeout).WaitToReadAsync(Timeout);

        var response = await ResourceCommands.ExecuteAsync(run, "try", Timeout);

        Assert.Equal((expected, shown), ($"{response.Kind}", response.Result.Value));
    }

    [Fact]
    public async Task Resource_service_answers_nobody_without_its_key()
    {
        var model = new Aspire.Hosting.DistributedApplicationBuilder(new(), new(), isTest: true);
        using var server = await ResourceServer.StartAsync(model.Dashboard!, [], Timeout);
        using var client = new HttpClient { BaseAddress = new(model.Dashboard!.GetEndpoint("resource-service").Url) };

        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(null));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync("wrong"));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(model.Dashboard.ResourceServiceKey));

        async Task<HttpStatusCode> AskAsync(string? key)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/aspire.v1.DashboardService/GetApplicationInformation")
            {
                Version = HttpVersion.Version20,
                VersionPolicy = HttpVersionPolicy.RequestVersionExact,
                Content = new ByteArrayContent([0, 0, 0, 0, 0]),
            };
            request.Content.Headers.ContentType = new("application/grpc");
            if (key is not null) request.Headers.Add("x-resource-service-api-key", key);
            using var response = await client.SendAsync(request, Timeout);
            return response.StatusCode;
        }
    }

    private sealed class Updates : IServerStreamWriter<ResourcesUpdate>
    {
        private readonly List<AuthDemo.AppHost.Local.Wire.Resource> seen = [];

        public WriteOptions? WriteOptions { get; set; }

        public Task WriteAsync(ResourcesUpdate message)
        {
            lock (seen) seen.AddRange(message.KindCase == ResourcesUpdate.KindOneofCase.InitialData ? message.InitialData.Resources : message.Changes.Value.Select(c => c.Upsert));
            return Task.CompletedTask;
        }

        public Task WriteAsync(ResourcesUpdate message, CancellationToken cancellationToken) => WriteAsync(message);

        public async Task WaitForAsync(string state, HealthStatus? health, CancellationToken cancellationToken)
        {
            while (true)
            {
                lock (seen)
                {
                    if (seen.LastOrDefault() is { } last && last.State == state && last.HealthReports.FirstOrDefault()?.Status == health) return;
                }

                await Task.Delay(20, cancellationToken);
            }
        }
    }

    private sealed class Call(CancellationToken cancellation) : ServerCallContext
    {
        protected override CancellationToken CancellationTokenCore => cancellation;

        protected override string MethodCore => "";

        protected override string HostCore => "";

        protected override string PeerCore => "";

        protected override DateTime DeadlineCore => DateTime.MaxValue;

        protected override Metadata RequestHeadersCore { get; } = [];

        protected override Metadata ResponseTrailersCore { get; } = [];

        protected override Status StatusCore { get; set; }

        protected override WriteOptions? WriteOptionsCore { get; set; }

        protected override AuthContext AuthContextCore => new(null, []);

        protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options) => throw new NotSupportedException();

        protected override Task WriteResponseHeadersAsyncCore(Metadata responseHeaders) => Task.CompletedTask;
    }
}
