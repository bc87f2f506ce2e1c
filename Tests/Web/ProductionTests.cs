using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.Hosting;

namespace AuthDemo.Tests.Web;

/// <summary>What is different where Web is deployed.</summary>
public sealed class ProductionTests
{
    private static readonly (string, string)[] Deployed =
    [
        ("services:keycloak:https:0", "https://localhost:8080"), ("AllowedHosts", "web.example"), ("Authentication:ClientSecret", "secret"),
    ];

    [Fact]
    public async Task Cookies_are_bound_to_the_host_and_Secure_even_where_a_proxy_was_forgotten()
    {
        using var web = new WebWithProvider(Environments.Production, Deployed);
        foreach (var address in new[] { "https://web.example", "http://web.example" })
        {
            var browser = web.Browser(address);
            using var page = await browser.GetAsync("/", TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, page.StatusCode);
            var cookies = page.Headers.GetValues("Set-Cookie").ToArray();
            Assert.NotEmpty(cookies);
            Assert.All(cookies, cookie => Assert.Matches("^__Host-[^;]*;(?=.*path=/;)(?=.*secure).*httponly", cookie));
        }
    }

    [Fact]
    public async Task Browsers_are_told_to_stay_with_https_for_a_year()
    {
        using var web = new WebWithProvider(Environments.Production, Deployed);
        using var page = await web.Browser("https://web.example").GetAsync("/", TestContext.Current.CancellationToken);
        Assert.Equal("max-age=31536000", Assert.Single(page.Headers.GetValues("Strict-Transport-Security")));
    }

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("https://localhost")]
    public async Task No_other_name_is_answered(string address)
    {
        using var web = new WebWithProvider(Environments.Production, Deployed);
        using var page = await web.Browser(address).GetAsync("/me", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, page.StatusCode);
    }

    [Theory]
    [InlineData("Authentication__ClientId", "Authentication:ClientId is missing")]
    [InlineData("Authentication__ClientSecret", "Authentication:ClientSecret is missing")]
    [InlineData("Authentication__Realm", "Authentication:Realm")]
    [InlineData("RateLimits__LoginsPerMinute", "RateLimits:LoginsPerMinute is not usable")]
    [InlineData("services__keycloak__http__0", "https")]
    public async Task Setting_that_is_missing_ends_the_start_in_one_sentence(string setting, string sentence)
    {
        var program = new ProcessStartInfo("dotnet", [typeof(AuthDemo.Web.Lab.Scenarios.Scenario).Assembly.Location])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            WorkingDirectory = Repository.PathOf("Web"),
        };
        program.Environment["ASPNETCORE_URLS"] = "http://localhost:0";
        program.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        program.Environment["services__api__http__0"] = "http://localhost:1";
        program.Environment["services__keycloak__https__0"] = "https://localhost:1";
        program.Environment["Authentication__ClientSecret"] = "secret";
        if (setting == "services__keycloak__http__0") program.Environment.Remove("services__keycloak__https__0");
        program.Environment[setting] = setting == "services__keycloak__http__0" ? "http://localhost:1" : "";

        using var process = Process.Start(program)!;
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(1, process.ExitCode);
        Assert.Contains(sentence, error);
        Assert.Single(error.Trim().Split('\n'));
    }
}
