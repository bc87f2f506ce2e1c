using System.Security.Claims;
using AuthTracing;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Infrastructure;
using OpenTelemetry.Trace;

namespace AuthDemo.Tests.DecisionSpans;

/// <summary>Shares nothing with ours but the folder AuthTracing, and has every kind of decision that there is.</summary>
internal sealed class TestApplication : IAsyncDisposable
{
    private const string Cookies = CookieAuthenticationDefaults.AuthenticationScheme;

    private static readonly ClaimsPrincipal AliceByCookie = new(new ClaimsIdentity(
        [new Claim("sub", "id-of-alice"), new Claim("name", "alice"), new Claim("roles", "user")], "cookie", "name", "roles"));

    private static readonly (string Name, IAuthorizationRequirement Requirement)[] Policies =
    [
        ("Admins", new RolesAuthorizationRequirement(["admin"])),
        ("Sales", new ClaimsAuthorizationRequirement("department", ["sales"])),
        ("Never", new AssertionRequirement(_ => false)),
        ("Always", new AssertionRequirement(_ => true)),
        ("Subscribers", new SubscriptionRequirement()),
        ("Repeated", new RepeatedRequirement()),
        ("Broken", new AssertionRequirement(bool (_) => throw new FormatException("broken"))),
        ("Slow", new AssertionRequirement(async context =>
        {
            await Task.Delay(Timeout.Infinite, ((HttpContext)context.Resource!).RequestAborted);
            return true;
        })),
    ];

    private static AuthorizationPolicyBuilder InlinePolicy => new AuthorizationPolicyBuilder().RequireAuthenticatedUser();

    private static readonly (string Path, object[] Metadata)[] Endpoints =
    [
        ("/open", [new AllowAnonymousAttribute()]),
        ("/silent", []),
        ("/default", [new AuthorizeAttribute()]),
        ("/named", [new AuthorizeAttribute("Admins")]),
        ("/roles", [new AuthorizeAttribute { Roles = "admin,boss" }]),
        ("/combined", [new AuthorizeAttribute("Sales") { Roles = "admin" }, new AuthorizeAttribute("Admins")]),
        ("/inline", [new AuthorizeAttribute(), InlinePolicy.RequireClaim("department", "sales").Build()]),
        ("/inline-name", [new AuthorizeAttribute(), InlinePolicy.RequireUserName("admin").Build()]),
        ("/never", [new AuthorizeAttribute("Never")]),
        ("/always", [new AuthorizeAttribute("Always")]),
        ("/age", [new MinimumAgeAuthorizeAttribute()]),
        ("/adults", [new AdultsAttribute()]),
        ("/subscribers", [new AuthorizeAttribute("Subscribers")]),
        ("/repeated", [new AuthorizeAttribute("Repeated")]),
        ("/broken", [new AuthorizeAttribute("Broken")]),
        ("/slow", [new AuthorizeAttribute("Slow")]),
        ("/machines", [new AuthorizeAttribute("Machines")]),
        ("/either", [new AuthorizeAttribute("Either")]),
        ("/schemes", [new AuthorizeAttribute { AuthenticationSchemes = Cookies }]),
        ("/smart", [new AuthorizeAttribute { AuthenticationSchemes = Schemes.Smart }]),
    ];

    private readonly WebApplication app;
    private readonly HttpClient client;
    private string? cookie;

    private TestApplication(WebApplication app, Recording recording)
    {
        (this.app, Recording) = (app, recording);
        var handler = new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false };
        client = new HttpClient(handler) { BaseAddress = new Uri(app.Urls.Single()) };
    }

    public Recording Recording { get; }
    public Uri Address => client.BaseAddress!;

    public static async Task<TestApplication> StartAsync(
        string? defaultScheme = JwtBearerDefaults.AuthenticationScheme, string environment = "Production",
        bool hasFallbackPolicy = false, bool authenticatesBeforeRouting = false, Action<AuthTracingOptions>? tracing = null,
        Action<IServiceCollection>? before = null, Action<IServiceCollection>? after = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { EnvironmentName = environment });
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var recording = new Recording();
        builder.Logging.AddProvider(recording.Logger);
        builder.Services.AddOpenTelemetry().WithTracing(tracing => tracing
            .AddSource(AuthSource.DefaultName, "Microsoft.AspNetCore", "Microsoft.AspNetCore.SignalR.*")
            .AddProcessor(recording));
        builder.Services.AddRouting();
        before?.Invoke(builder.Services);
        builder.Services.AddAuthTracing(tracing);
        builder.Services.AddSchemes(defaultScheme);
        builder.Services.AddAuthorization(options =>
        {
            foreach (var (name, requirement) in Policies) options.AddPolicy(name, policy => policy.AddRequirements(requirement));
            options.AddPolicy("Machines", policy => policy.AddAuthenticationSchemes(Schemes.ApiKey).RequireAuthenticatedUser());
            options.AddPolicy("Either", policy => policy
                .AddAuthenticationSchemes(JwtBearerDefaults.AuthenticationScheme, Schemes.ApiKey).RequireAuthenticatedUser());
            if (hasFallbackPolicy) options.FallbackPolicy = options.DefaultPolicy;
        });
        builder.Services.AddControllers().AddApplicationPart(typeof(TestApplication).Assembly);
        builder.Services.AddRazorComponents();
        builder.Services.AddCascadingAuthenticationState();
        builder.Services.AddSignalR();
        after?.Invoke(builder.Services);

        var app = builder.Build();
        if (authenticatesBeforeRouting) app.UseAuthentication();
        app.UseRouting();
        if (!authenticatesBeforeRouting) app.UseAuthentication();
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
        return new TestApplication(app, recording);
    }

    /// <param name="credential">Nothing, a user or bad token of <see cref="Schemes.Token"/>, or with its kind: <c>key:machine</c>.</param>
    /// <param name="leavesDuring">The decision during which the caller leaves; the status is 0 then.</param>
    public async Task<(int Status, IReadOnlyList<Activity> Spans)> GetAsync(
        string path, string credential = "", string? leavesDuring = null)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, path);
        var (header, value) = credential.Split(':') switch
        {
            ["key", var key] => ("X-Api-Key", key),
            ["user", var name] => ("X-User", name),
            ["cookie", "alice"] => ("Cookie", cookie ??= await SignInAsync()),
            ["cookie", var other] => ("Cookie", ".AspNetCore.Cookies=" + other),
            _ => ("Authorization", credential.Length > 0 ? "Bearer " + Schemes.Token(credential) : ""),
        };
        if (value.Length > 0) message.Headers.Add(header, value);

        var trace = ActivityTraceId.CreateRandom();
        message.Headers.Add("traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom()}-01");
        using var leaving = new CancellationTokenSource();
        var sent = client.SendAsync(message, leaving.Token);
        if (leavesDuring is null)
        {
            using var response = await sent;
            return ((int)response.StatusCode, await Recording.SpansOfAsync(trace));
        }

        await Wait.UntilAsync(leavesDuring + " has begun", () =>
            Recording.Spans.Any(span => span.TraceId == trace && span.OperationName == leavesDuring));
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sent);
        return (0, await Recording.SpansOfAsync(trace));
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await app.DisposeAsync();
    }

    private static void Map(WebApplication app)
    {
        foreach (var (path, metadata) in Endpoints) app.MapGet(path, () => "yes").WithMetadata(metadata);

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
        using var response = await client.GetAsync("/sign-in");
        return response.Headers.GetValues("Set-Cookie").Single().Split(';')[0];
    }
}
