using System.Diagnostics;
using System.Security.Claims;
using AuthDemo.ServiceDefaults;
using AuthDemo.ServiceDefaults.RequestSteps;
using AuthDemo.Tests.Api;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Trace;

namespace AuthDemo.Tests.ServiceDefaults;

/// <summary>The spans of an application that knows its users by a cookie and authenticates every request, as Web does.</summary>
public sealed class CookieSchemeTests : IAsyncLifetime
{
    private readonly Recording recording = new();
    private readonly HttpClientHandler handler = new() { AllowAutoRedirect = false };
    private WebApplication app = null!;
    private HttpClient client = null!;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders().AddProvider(recording);
        builder.AddServiceDefaults();
        builder.Services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie(options =>
            options.Events.OnValidatePrincipal = context => context.Request.Query.ContainsKey("break")
                ? throw new InvalidOperationException("broken")
                : Task.CompletedTask);
        builder.Services.AddAuthorizationBuilder().AddPolicy("Admins", policy => policy.RequireAuthenticatedUser().RequireRole("admin"))
            .AddPolicy("Nobody", policy => policy.RequireAssertion(_ => false));
        builder.Services.ConfigureOpenTelemetryTracerProvider(tracing => tracing.AddRequestTracing().AddProcessor(recording));

        app = builder.Build();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseEndpointTracing();
        app.MapGet("/open", async (HttpContext context) => (await context.AuthenticateAsync()).Succeeded);
        app.MapGet("/me", () => "me").RequireAuthorization();
        app.MapGet("/admin", () => "admin").RequireAuthorization("Admins");
        app.MapGet("/roles", () => "roles").RequireAuthorization(new AuthorizeAttribute { Roles = "admin" });
        app.MapGet("/nobody", () => "nobody").RequireAuthorization("Nobody");
        app.MapGet("/unknown-scheme", async (HttpContext context) => (await context.AuthenticateAsync("Unheard")).Succeeded);
        app.MapGet("/sign-in/{role}", (string role, HttpContext context) => context.SignInAsync(new ClaimsPrincipal(new ClaimsIdentity(
            [new Claim("sub", "id-of-alice"), new Claim("roles", role)],
            CookieAuthenticationDefaults.AuthenticationScheme, "name", "roles"))));
        app.MapGet("/sign-out", (HttpContext context) => context.SignOutAsync());
        await app.StartAsync();
        client = new HttpClient(handler) { BaseAddress = new Uri(app.Urls.Single()) };
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        handler.Dispose();
        await app.DisposeAsync();
        recording.Dispose();
    }

    [Fact]
    public async Task Anonymous_visitor_of_an_open_page_is_no_error_and_is_asked_about_once()
    {
        var (_, spans) = await GetAsync("/open");
        var authenticate = Assert.Single(spans, span => span.OperationName == "authenticate Cookies");
        Assert.Equal("none", authenticate.GetTagItem("auth.outcome"));
        Assert.Null(authenticate.GetTagItem("auth.reason"));
        Assert.Equal(ActivityStatusCode.Unset, authenticate.Status);
    }

    [Theory]
    [InlineData("/me")]
    [InlineData("/admin")]
    [InlineData("/roles")]
    public async Task Anonymous_visitor_of_a_protected_page_is_refused_by_authentication(string path)
    {
        var (status, spans) = await GetAsync(path);
        Assert.Equal(302, status);
        var decision = Assert.Single(spans, span => span.Source.Name == "AuthDemo.Auth");
        Assert.Equal(("authenticate Cookies", "no_credentials"), (decision.OperationName, decision.GetTagItem("auth.reason")));
        Assert.Equal(ActivityStatusCode.Error, decision.Status);
    }

    [Theory]
    [InlineData("/admin", "authorize Admins", "role_missing")]
    [InlineData("/roles", "authorize roles admin", "role_missing")]
    [InlineData("/nobody", "authorize Nobody", "assertion_false")]
    public async Task User_is_refused_by_authorization(string path, string name, string reason)
    {
        await GetAsync("/sign-in/user");
        var (status, spans) = await GetAsync(path);
        Assert.Equal(302, status);
        var refusing = Assert.Single(spans, span => span.Source.Name == "AuthDemo.Auth" && span.Status == ActivityStatusCode.Error);
        Assert.Equal(name, refusing.OperationName);
        Assert.Equal(reason, refusing.GetTagItem("auth.reason"));
        Assert.Equal(reason, refusing.GetTagItem("error.type"));
        Assert.Equal("id-of-alice", refusing.GetTagItem("user.id"));
    }

    [Fact]
    public async Task Admin_gets_through_and_after_signing_out_does_not()
    {
        await GetAsync("/sign-in/admin");
        var (status, spans) = await GetAsync("/admin");
        Assert.Equal(200, status);
        Assert.Equal(["authenticate Cookies: succeeded", "authorize Admins: allowed", "endpoint GET /admin"],
            spans.Where(span => span.Source.Name == "AuthDemo.Auth").OrderBy(span => span.StartTimeUtc).Select(span => span.DisplayName));
        Assert.All(spans, span => Assert.Equal(ActivityStatusCode.Unset, span.Status));

        (_, spans) = await GetAsync("/me");
        Assert.Contains(spans, span => span.OperationName == "authorize default");

        await GetAsync("/sign-out");
        Assert.Equal(302, (await GetAsync("/admin")).Status);
    }

    [Fact]
    public async Task Exception_while_authenticating_is_an_error_of_that_span_and_of_the_server()
    {
        await GetAsync("/sign-in/user");
        var (status, spans) = await GetAsync("/me?break=yes");
        Assert.Equal(500, status);
        foreach (var name in (string[])["authenticate Cookies", "GET /me"])
        {
            var span = Assert.Single(spans, span => span.DisplayName.Split(':')[0] == name);
            Assert.Equal(ActivityStatusCode.Error, span.Status);
            Assert.Equal(typeof(InvalidOperationException).FullName, span.GetTagItem("error.type"));
        }
    }

    [Fact]
    public async Task Scheme_that_does_not_exist_is_a_mistake_of_the_program() =>
        Assert.Equal(500, (await GetAsync("/unknown-scheme")).Status);

    private async Task<(int Status, IReadOnlyList<Activity> Spans)> GetAsync(string path)
    {
        var trace = ActivityTraceId.CreateRandom();
        using var message = new HttpRequestMessage(HttpMethod.Get, path);
        message.Headers.Add("traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom()}-01");
        using var response = await client.SendAsync(message, TestContext.Current.CancellationToken);
        return ((int)response.StatusCode, await recording.SpansOfAsync(trace));
    }
}
