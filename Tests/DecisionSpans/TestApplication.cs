using System.Diagnostics;
using System.Security.Claims;
using AuthTracing;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Infrastructure;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AuthDemo.Tests.DecisionSpans;

/// <summary>
/// An application that has nothing in common with ours but the folder AuthTracing, with every kind of decision that there is.
/// </summary>
internal sealed class TestApplication : IAsyncDisposable
{
    private const string Cookies = CookieAuthenticationDefaults.AuthenticationScheme;

    private static readonly ClaimsPrincipal AliceByCookie = new(new ClaimsIdentity(
        [new Claim("sub", "id-of-alice"), new Claim("name", "alice"), new Claim("roles", "user")], "cookie", "name", "roles"));

    private readonly WebApplication app;
    private readonly HttpClientHandler handler = new() { AllowAutoRedirect = false, UseCookies = false };
    private readonly HttpClient client;
    private string? cookie;

    private TestApplication(WebApplication app)
    {
        this.app = app;
        client = new HttpClient(handler) { BaseAddress = new Uri(app.Urls.Single()) };
    }

    public SpanListener Listener { get; } = new();

    public Uri Address => client.BaseAddress!;

    public static async Task<TestApplication> StartAsync(TestSettings settings)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { EnvironmentName = settings.Environment });
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRouting();
        if (settings.Logging is { } logging) builder.Logging.AddProvider(logging);
        settings.Before?.Invoke(builder.Services);
        builder.Services.AddAuthTracing(settings.Tracing);
        builder.Services.AddSchemes(settings.DefaultScheme);
        builder.Services.AddAuthorization(options =>
        {
            options.AddPolicy("Admins", policy => policy.RequireRole("admin"));
            options.AddPolicy("Sales", policy => policy.RequireClaim("department", "sales"));
            options.AddPolicy("Never", policy => policy.RequireAssertion(_ => false));
            options.AddPolicy("Always", policy => policy.RequireAssertion(_ => true));
            options.AddPolicy("Subscribers", policy => policy.AddRequirements(new SubscriptionRequirement()));
            options.AddPolicy("Broken", policy => policy.AddRequirements(new BrokenRequirement()));
            options.AddPolicy("Slow", policy => policy.AddRequirements(new SlowRequirement()));
            options.AddPolicy("Machines", policy => policy.AddAuthenticationSchemes(Schemes.ApiKey).RequireAuthenticatedUser());
            options.AddPolicy("Either", policy =>
                policy.AddAuthenticationSchemes(JwtBearerDefaults.AuthenticationScheme, Schemes.ApiKey).RequireAuthenticatedUser());
            if (settings.HasFallbackPolicy) options.FallbackPolicy = options.DefaultPolicy;
        });
        builder.Services.AddControllers().AddApplicationPart(typeof(TestApplication).Assembly);
        builder.Services.AddRazorComponents();
        builder.Services.AddCascadingAuthenticationState();
        builder.Services.AddSignalR();
        settings.After?.Invoke(builder.Services);

        var app = builder.Build();
        if (settings.AuthenticatesBeforeRouting) app.UseAuthentication();
        app.UseRouting();
        if (!settings.AuthenticatesBeforeRouting) app.UseAuthentication();
        app.Use((context, next) =>
        {
            // A middleware that knows the caller by itself, and one that answers before authorization.
            if (context.Request.Headers["X-User"].ToString() is { Length: > 0 } name)
                context.User = new ClaimsPrincipal(new ClaimsIdentity([new Claim("name", name)], "middleware", "name", "roles"));
            if (!context.Request.Query.ContainsKey("busy")) return next(context);
            context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
            return Task.CompletedTask;
        });
        app.UseAuthorization();
        app.UseAntiforgery();
        Map(app);
        await app.StartAsync();
        return new TestApplication(app);
    }

    /// <summary>Sends a GET request in a trace of its own.</summary>
    /// <param name="path">The path and query.</param>
    /// <param name="credential">
    /// A user or bad token of <see cref="Schemes.Token"/>, <c>key:</c> and an API key, <c>cookie:</c> and a cookie's value or
    /// <c>cookie:alice</c> for a good one, <c>user:</c> and a name for the middleware, or nothing.
    /// </param>
    public async Task<(int Status, IReadOnlyList<Activity> Spans)> GetAsync(string path, string credential = "")
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, path);
        var (kind, value) = credential.Split(':') is [var scheme, var key] ? (scheme, key) : ("token", credential);
        if (kind == "key") message.Headers.Add("X-Api-Key", value);
        if (kind == "user") message.Headers.Add("X-User", value);
        if (kind == "cookie")
            message.Headers.Add("Cookie", value == "alice" ? cookie ??= await SignInAsync() : ".AspNetCore.Cookies=" + value);
        if (kind == "token" && value.Length > 0) message.Headers.Authorization = new("Bearer", Schemes.Token(value));

        var trace = Listener.StartTrace();
        message.Headers.Add("traceparent", $"00-{trace.TraceId}-{trace.SpanId}-01");
        using var response = await client.SendAsync(message, TestContext.Current.CancellationToken);
        return ((int)response.StatusCode, await Listener.SpansOfAsync(trace.TraceId));
    }

    /// <summary>A caller that leaves before the answer.</summary>
    public async Task<IReadOnlyList<Activity>> LeaveAsync(string path, string header, string value)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, path);
        message.Headers.Add(header, value);
        var trace = Listener.StartTrace();
        message.Headers.Add("traceparent", $"00-{trace.TraceId}-{trace.SpanId}-01");
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.SendAsync(message, patience.Token));
        return await Listener.SpansOfAsync(trace.TraceId);
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        handler.Dispose();
        await app.DisposeAsync();
        Listener.Dispose();
    }

    private static void Map(WebApplication app)
    {
        app.MapGet("/open", () => "yes").AllowAnonymous();
        app.MapGet("/silent", () => "yes");
        app.MapGet("/default", () => "yes").RequireAuthorization();
        app.MapGet("/named", () => "yes").RequireAuthorization("Admins");
        app.MapGet("/roles", [Authorize(Roles = "admin,boss")] () => "yes");
        app.MapGet("/combined", [Authorize("Sales", Roles = "admin"), Authorize("Admins")] () => "yes");
        app.MapGet("/inline", () => "yes").RequireAuthorization(policy =>
            policy.RequireAuthenticatedUser().RequireClaim("department", "sales"));
        app.MapGet("/inline-name", () => "yes").RequireAuthorization(policy => policy.RequireUserName("admin"));
        app.MapGet("/never", () => "yes").RequireAuthorization("Never");
        app.MapGet("/always", () => "yes").RequireAuthorization("Always");
        app.MapGet("/age", [MinimumAgeAuthorize] () => "yes");
        app.MapGet("/adults", [Adults] () => "yes");
        app.MapGet("/subscribers", () => "yes").RequireAuthorization("Subscribers");
        app.MapGet("/broken", () => "yes").RequireAuthorization("Broken");
        app.MapGet("/slow", () => "yes").RequireAuthorization("Slow");
        app.MapGet("/machines", () => "yes").RequireAuthorization("Machines");
        app.MapGet("/either", () => "yes").RequireAuthorization("Either");
        app.MapGet("/schemes", [Authorize(AuthenticationSchemes = Cookies)] () => "yes");

        app.MapGet("/code/policy", async (IAuthorizationService service, ClaimsPrincipal user) =>
            AnswerTo(await service.AuthorizeAsync(user, "Admins"))).RequireAuthorization();
        app.MapGet("/code/requirement", async (IAuthorizationService service, ClaimsPrincipal user) =>
            AnswerTo(await service.AuthorizeAsync(user, new object(), new OperationAuthorizationRequirement { Name = "Edit" })))
            .RequireAuthorization();
        app.MapGet("/code/object", async (IAuthorizationService service, ClaimsPrincipal user, HttpContext context) =>
            AnswerTo(await service.AuthorizeAsync(user, context, new AuthorizationPolicyBuilder().RequireRole("boss").Build())))
            .RequireAuthorization("Sales");
        app.MapGet("/code/button", async (IAuthorizationService service, ClaimsPrincipal user) =>
            (await service.AuthorizeAsync(user, "Admins")).Succeeded ? "button" : "no button").AllowAnonymous();
        app.MapGet("/code/parallel", async (IAuthorizationService service, ClaimsPrincipal user) =>
        {
            await Parallel.ForAsync(0, 200, async (_, _) => await service.AuthorizeAsync(user, "Admins"));
            return "yes";
        }).RequireAuthorization();
        app.MapGet("/code/broken", async (IAuthorizationService service, ClaimsPrincipal user) =>
            AnswerTo(await service.AuthorizeAsync(user, "Broken"))).RequireAuthorization();
        app.MapGet("/code/forbid", () => Results.Forbid()).RequireAuthorization();
        app.MapGet("/code/challenge", () => Results.Challenge()).AllowAnonymous();
        app.MapGet("/code/login", () => Results.Challenge(authenticationSchemes: [Cookies])).AllowAnonymous();
        app.MapGet("/sign-in", (HttpContext context) => context.SignInAsync(Cookies, AliceByCookie)).AllowAnonymous();

        app.MapControllers();
        app.MapRazorComponents<TestComponents>();
        app.MapHub<TestHub>("/hub");
    }

    private static IResult AnswerTo(AuthorizationResult result) => result.Succeeded ? Results.Ok() : Results.Forbid();

    private async Task<string> SignInAsync()
    {
        using var response = await client.GetAsync(new Uri("/sign-in", UriKind.Relative), TestContext.Current.CancellationToken);
        return response.Headers.GetValues("Set-Cookie").Single().Split(';')[0];
    }
}

/// <summary>In what one test application differs from another.</summary>
internal sealed record TestSettings
{
    public string? DefaultScheme { get; init; } = JwtBearerDefaults.AuthenticationScheme;

    public string Environment { get; init; } = Environments.Production;

    public bool HasFallbackPolicy { get; init; }

    public bool AuthenticatesBeforeRouting { get; init; }

    public Action<AuthTracingOptions>? Tracing { get; init; }

    public Action<IServiceCollection>? Before { get; init; }

    public Action<IServiceCollection>? After { get; init; }

    public ILoggerProvider? Logging { get; init; }
}
