using AuthDemo.Api.Building;
using AuthDemo.Web.Lab.Scenarios;
using Microsoft.AspNetCore.Mvc.Testing;

namespace AuthDemo.Tests.ServiceDefaults;

/// <summary>Api and Web with a setting that is missing or wrong: they do not start, and say which it is.</summary>
public sealed class SettingTests
{
    private const string Nowhere = "http://localhost:1";
    private const string Bearer = "Authentication:Schemes:Bearer:";
    private const string OpenIdConnect = "Authentication:Schemes:OpenIdConnect:";

    [Theory]
    [InlineData(Bearer + "Authority", "", "is missing: set it to the issuer")]
    [InlineData(Bearer + "Authority", "http://keycloak.example", "must be an https address, or an http one on this machine")]
    [InlineData(Bearer + "ValidAudience", "", "is missing: set it to the audience")]
    [InlineData(Bearer + "BackchannelTimeout", "5", "must be from 00:00:00.1000000 to 00:01:00")]
    [InlineData("Authentication:ClockSkew", "5", "must be from 00:00:00 to 00:05:00")]
    [InlineData("Authentication:MaxLoginAge", "00:00:00", "must be from 00:00:01 to 12:00:00")]
    [InlineData("Intercom:OfficeNetworks", "office", "must list IP addresses or networks", ":0")]
    [InlineData("ForwardedHeaders:TrustedProxies", "everybody", "must list IP addresses or networks", ":0")]
    public void Api_does_not_start_with(string setting, string value, string message, string index = "") =>
        AssertRefused<Inventory>(RequiredSettings.OfApi(Nowhere), setting + index, value, $"{setting} {message}");

    [Theory]
    [InlineData(OpenIdConnect + "Authority", "", "is missing: set it to the issuer")]
    [InlineData(OpenIdConnect + "Authority", "http://keycloak.example/realms/authdemo", "must be an https address")]
    [InlineData(OpenIdConnect + "ClientId", "", "is missing: set it to the client")]
    [InlineData(OpenIdConnect + "ClientSecret", "", "is missing: set it to the secret")]
    [InlineData("Authentication:MaxLoginAge", "1", "must be from 00:00:01 to 12:00:00")]
    [InlineData("services:api", "", "is missing: set services:api:https:0 to the address of the API", ":http:0")]
    [InlineData("RateLimits:LoginsPerMinute", "0", "must be from 1 to")]
    [InlineData("RateLimits:LabRunsPerMinute", "-1", "must be from 1 to")]
    [InlineData("ForwardedHeaders:TrustedProxies", "10.0.0.0/33", "must list IP addresses or networks", ":0")]
    public void Web_does_not_start_with(string setting, string value, string message, string index = "") =>
        AssertRefused<Scenario>(RequiredSettings.OfWeb(Nowhere), setting + index, value, $"{setting} {message}");

    [Theory]
    [InlineData("redis://localhost:6379")]
    [InlineData("localhost,retries=many")]
    public void Redis_that_cannot_be_read_is_named_without_its_password(string value)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration["ConnectionStrings:sessions"] = value + ",password=secret";
        var message = Assert.Throws<InvalidOperationException>(() => builder.AddRedis("sessions")).Message;
        Assert.StartsWith("The setting ConnectionStrings:sessions is not usable. Write host:port", message);
        Assert.DoesNotContain("secret", message);
    }

    [Fact]
    [Trait("Needs", "Processes")]
    public async Task Process_ends_and_its_first_line_says_why()
    {
        var start = new ProcessStartInfo("dotnet", [typeof(Inventory).Assembly.Location, "--urls", "http://127.0.0.1:0"])
        {
            RedirectStandardError = true,
            WorkingDirectory = Repository.PathOf("Api"),
        };
        using var process = Process.Start(start)!;
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.NotEqual(0, process.ExitCode);
        Assert.Contains("Authentication:Schemes:Bearer:Authority is missing", errors.Split('\n')[0]);
    }

    private static void AssertRefused<TService>((string Name, string Value)[] settings, string setting, string value, string message)
        where TService : class
    {
        using var recording = new Recording();
        using var service = new WebApplicationFactory<TService>().WithWebHostBuilder(host => host
            .UseEnvironment("Development")
            .UseSettings([.. settings, (setting, value)])
            .ConfigureLogging(logging => logging.ClearProviders().AddProvider(recording.Logger)));
        Assert.ThrowsAny<Exception>(service.StartServer);
        Assert.Contains(recording.Logs, log => log.Message.Contains(message, StringComparison.Ordinal));
    }
}
