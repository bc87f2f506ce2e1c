using AuthDemo.ServiceDefaults;
using AuthDemo.ServiceDefaults.RequestSteps;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AuthDemo.Tests.ServiceDefaults;

public sealed class ServerTimingTests
{
    [Fact]
    public async Task Name_that_a_header_cannot_hold_is_told_as_far_as_possible_and_a_hidden_policy_not_at_all()
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = Environments.Development });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.AddServiceDefaults();
        builder.Services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie();
        builder.Services.AddAuthorizationBuilder()
            .AddPolicy("Ünder \"18\"", policy => policy.RequireAssertion(_ => true))
            .AddPolicy("Hidden", policy => policy.RequireAssertion(_ => true));
        await using var app = builder.Build();
        app.UseServerTiming(hiddenPolicies: "Hidden");
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseEndpointTracing();
        app.MapGet("/young", () => "yes").RequireAuthorization("Ünder \"18\"");
        app.MapGet("/hidden", () => "yes").RequireAuthorization("Hidden");
        await app.StartAsync(TestContext.Current.CancellationToken);
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };

        const string Before = "authenticate;desc=\"Cookies\";outcome=none, ";
        Assert.Equal(
            Before + "authorize;desc=\"?nder ?18?\";outcome=allowed, "
                + "endpoint;desc=\"GET /young\"",
            await ServerTimingOfAsync("/young"));
        Assert.Equal(Before + "endpoint;desc=\"GET /hidden\"", await ServerTimingOfAsync("/hidden"));

        async Task<string> ServerTimingOfAsync(string path)
        {
            using var response = await client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
            response.EnsureSuccessStatusCode();
            return string.Join(", ", response.Headers.GetValues("Server-Timing"));
        }
    }
}
