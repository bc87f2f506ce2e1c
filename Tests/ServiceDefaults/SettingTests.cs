using System.Diagnostics;
using AuthDemo.Api.Building;
using AuthDemo.Web.Lab.Scenarios;

namespace AuthDemo.Tests.ServiceDefaults;

/// <summary>Api and Web as processes of their own, started with a wrong setting.</summary>
public sealed class SettingTests
{
    private const string Keycloak = "services__keycloak__http__0=http://localhost:1";
    private const string Development = "ASPNETCORE_ENVIRONMENT=Development";

    [Theory]
    [InlineData("Api", "services__keycloak__http__0")]
    [InlineData("Api", "services__keycloak__https__0", "services__keycloak__http__0=http://keycloak.example:8080")]
    [InlineData("Api", "Authentication:ClockSkew", Keycloak, "Authentication__ClockSkew=-00:00:01")]
    [InlineData("Api", "Authentication:MaxLoginAge", Keycloak, "Authentication__MaxLoginAge=a minute")]
    [InlineData("Api", "Intercom:OfficeNetworks:0", Keycloak, "Intercom__OfficeNetworks__0=office")]
    [InlineData("Api", "ForwardedHeaders:TrustedProxies:0", Keycloak, "ForwardedHeaders__TrustedProxies__0=everybody")]
    [InlineData("Api", "Authentication:ClockSkew", Keycloak, "Authentication__ClockSkew=5")]
    [InlineData("Api", "from 00:00:00 to 00:05:00", Keycloak, "Authentication__ClockSkew=00:06:00")]
    [InlineData("Api", "Authentication:Audience", Keycloak, "Authentication__Audience=")]
    [InlineData("Api", "Authentication:Realm", Keycloak, "Authentication__Realm=")]
    [InlineData("Api", "ConnectionStrings:building", Keycloak, "ConnectionStrings__building=localhost,retries=many")]
    [InlineData("Web", "ConnectionStrings:sessions", Keycloak, Development, "ConnectionStrings__sessions=localhost,retries=many")]
    [InlineData("Web", "services__keycloak__http__0", Development, "services__api__http__0=http://localhost:1")]
    [InlineData("Web", "services__api__http__0", Development, Keycloak)]
    [InlineData("Web", "Lab:MaxLoginAge", Development, Keycloak, "Lab__MaxLoginAge=00:00:00")]
    [InlineData("Web", "Authentication:ClientSecret", Keycloak)]
    public async Task Wrong_setting_ends_the_start_with_one_sentence_and_exit_code_1(
        string project, string named, params string[] environment)
    {
        var program = (project == "Api" ? typeof(Inventory) : typeof(Scenario)).Assembly.Location;
        var start = new ProcessStartInfo("dotnet", [program, "--urls", "http://127.0.0.1:0"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Repository.PathOf(project),
        };
        foreach (var (name, value) in environment.Select(setting => setting.Split('=', 2)).Select(pair => (pair[0], pair[1])))
            start.Environment[name] = value;

        using var process = Process.Start(start)!;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(patience.Token);
            var errors = await process.StandardError.ReadToEndAsync(patience.Token);
            await process.WaitForExitAsync(patience.Token);

            Assert.Equal(1, process.ExitCode);
            Assert.Contains(named, Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
            Assert.Empty(await output);
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }
}
