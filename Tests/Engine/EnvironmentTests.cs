using Aspire.Hosting;
using Aspire.Hosting.Testing;
using AuthDemo.AppHost.Local;

namespace AuthDemo.Tests.Engine;

/// <summary>The environment that AppHost.cs and the engine give to the resources is the one that Aspire gives.</summary>
public sealed class EnvironmentTests
{
    [Fact]
    public async Task Project_gets_its_launch_profile_its_URL_its_references_and_where_telemetry_goes()
    {
        var model = await CreateAsync();
        var (keycloak, api) = (UrlOf(model, "keycloak"), UrlOf(model, "api"));

        Assert.Equal(
            new Dictionary<string, string>
            {
                ["ASPNETCORE_ENVIRONMENT"] = "Development",
                ["ASPNETCORE_URLS"] = api,
                ["KEYCLOAK_HTTP"] = keycloak,
                ["LOGGING__CONSOLE__FORMATTERNAME"] = "simple",
                ["OTEL_BLRP_SCHEDULE_DELAY"] = "1000",
                ["OTEL_BSP_SCHEDULE_DELAY"] = "1000",
                ["OTEL_EXPORTER_OTLP_ENDPOINT"] = model.Configuration["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"]!,
                ["OTEL_EXPORTER_OTLP_HEADERS"] = "x-otlp-api-key=otlp-key",
                ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "grpc",
                ["OTEL_METRIC_EXPORT_INTERVAL"] = "1000",
                ["OTEL_RESOURCE_ATTRIBUTES"] = $"service.instance.id={model.Resources.Single(r => r.Name == "api").InstanceId}",
                ["OTEL_SERVICE_NAME"] = "api",
                ["OTEL_TRACES_SAMPLER"] = "always_on",
                ["services__keycloak__http__0"] = keycloak,
            },
            new Dictionary<string, string>(Of(model, "api")));
    }

    [Fact]
    public async Task Web_knows_the_Api_Keycloak_the_dashboard_and_the_key_of_its_commands()
    {
        var model = await CreateAsync();
        var web = Of(model, "web");

        Assert.Equal(UrlOf(model, "api"), web["services__api__http__0"]);
        Assert.Equal(UrlOf(model, "api"), web["API_HTTP"]);
        Assert.Equal(UrlOf(model, "keycloak"), web["services__keycloak__http__0"]);
        Assert.Equal(model.Dashboard!.GetEndpoint("http").Url, web["DASHBOARD_URL"]);
        Assert.True(web["COMMANDS_KEY"].Length >= 32);
    }

    [Fact]
    public async Task Keycloak_gets_Webs_public_URL_and_its_own_names_for_where_telemetry_goes()
    {
        var model = await CreateAsync();
        var keycloak = Of(model, "keycloak");

        Assert.Equal(UrlOf(model, "web"), keycloak["WEB_URL"]);
        Assert.Equal(keycloak["OTEL_EXPORTER_OTLP_ENDPOINT"], keycloak["KC_TRACING_ENDPOINT"]);
        Assert.Equal("otlp-key", keycloak["KC_TRACING_HEADER_X_OTLP_API_KEY"]);
        Assert.Equal("parentbased_always_off", keycloak["OTEL_TRACES_SAMPLER"]);
        Assert.Equal("parentbased_always_off", keycloak["KC_TRACING_SAMPLER_TYPE"]);
    }

    [Fact]
    public async Task Dashboard_that_is_open_to_all_asks_for_no_key()
    {
        var model = await CreateAsync("--ASPIRE_DASHBOARD_UNSECURED_ALLOW_ANONYMOUS=true");

        Assert.DoesNotContain("OTEL_EXPORTER_OTLP_HEADERS", Of(model, "api").Keys);
        Assert.DoesNotContain("KC_TRACING_HEADER_X_OTLP_API_KEY", Of(model, "keycloak").Keys);
        Assert.Null(model.Dashboard!.ResourceServiceKey);
        Assert.DoesNotContain("?t=", model.Dashboard.LoginUrl, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_dashboard_no_telemetry_goes_anywhere()
    {
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.AppHost>(TestContext.Current.CancellationToken);

        Assert.DoesNotContain(Of((DistributedApplicationBuilder)builder, "api").Keys, name => name.StartsWith("OTEL_", StringComparison.Ordinal));
    }

    private static async Task<DistributedApplicationBuilder> CreateAsync(params string[] arguments) =>
        (DistributedApplicationBuilder)await DistributedApplicationTestingBuilder.CreateAsync<Projects.AppHost>(
            ["--AppHost:OtlpApiKey=otlp-key", "--KEYCLOAK_HOME=", .. arguments], (options, _) => options.DisableDashboard = false, TestContext.Current.CancellationToken);

    private static IReadOnlyDictionary<string, string> Of(DistributedApplicationBuilder model, string resource) =>
        ResourceEnvironment.Of(model.Resources.Single(r => r.Name == resource), model.ExecutionContext);

    private static string UrlOf(DistributedApplicationBuilder model, string resource) => model.Resources.Single(r => r.Name == resource).GetEndpoint("http").Url;
}
