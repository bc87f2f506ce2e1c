using AuthDemo.Tests.DecisionSpans;
using OpenTelemetry.Instrumentation.AspNetCore;
using OpenTelemetry.Trace;

namespace AuthDemo.Tests.ServiceDefaults;

/// <summary>The spans that the instrumentation libraries make, with our service defaults and Aspire's environment.</summary>
public sealed class TelemetryTests : IAsyncLifetime
{
    private readonly Recording recording = new();
    private WebApplication app = null!;
    private HttpClient client = null!;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateBuilder();
        // Aspire sets these in Development.
        builder.Configuration["OTEL_DOTNET_EXPERIMENTAL_ASPNETCORE_DISABLE_URL_QUERY_REDACTION"] = "true";
        builder.Configuration["OTEL_TRACES_SAMPLER"] = "always_on";
        builder.Configuration["OTEL_DOTNET_EXPERIMENTAL_HTTPCLIENT_DISABLE_URL_QUERY_REDACTION"] = "true";
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders().AddProvider(recording.Logger);
        builder.AddServiceDefaults();
        builder.Services.AddHttpClient();
        builder.Services.AddRazorComponents();
        builder.Services.PostConfigure<AspNetCoreTraceInstrumentationOptions>(options =>
        {
            var isTraced = options.Filter!;
            options.Filter = context => isTraced(context) && context.Request.Path != "/quiet/call";
        });
        builder.Services.ConfigureOpenTelemetryTracerProvider(tracing => tracing.AddProcessor(recording));

        app = builder.Build();
        app.UseExceptionHandler(error => error.Run(context => context.Response.WriteAsync("sorry")));
        app.Use((context, next) =>
        {
            if (context.Request.Path != "/signin-oidc") return next(context);
            Activity.Current?.SetTag("http.route", "/signin-oidc"); // as a handler without an endpoint does
            return context.Response.WriteAsync("signed in");
        });
        app.UseAntiforgery();
        app.MapDefaultEndpoints();
        app.MapRazorComponents<TestComponents>();
        app.MapGet("/inner/{id}", (string id) => id);
        app.MapGet("/baggage", (HttpRequest request) => $"{request.Headers.Baggage}{request.Headers["Correlation-Context"]}");
        app.MapGet("/{kind}/call", (HttpContext context, IHttpClientFactory clients, string path) =>
            clients.CreateClient().GetStringAsync(new Uri($"{context.Request.Scheme}://{context.Request.Host}{path}")));
        app.MapGet("/named", (HttpContext context) => context.SetSpanName("delete-user as alice: 403 role_missing"));
        app.MapGet("/broken", IResult () => throw new InvalidOperationException("broken"));
        await app.StartAsync();
        client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await app.DisposeAsync();
        recording.Dispose();
    }

    [Fact]
    public async Task Each_request_has_one_server_span_and_each_call_one_client_span_and_no_query_string_is_in_any()
    {
        var spans = await GetAsync("/outer/call?path=/inner/1?code=secret&state=secret");
        var call = Assert.Single(spans, span => span.Kind == ActivityKind.Client);
        Assert.EndsWith("/inner/1", (string?)call.GetTagItem("url.full"));
        Assert.Equal([("GET /{kind}/call", Caller), ("GET /inner/{id}", call.SpanId)],
            from span in spans
            where span.Kind == ActivityKind.Server
            orderby span.StartTimeUtc
            select (span.DisplayName, span.ParentSpanId));
        Assert.Equal(spans.Single(span => span.ParentSpanId == Caller).SpanId, call.ParentSpanId);
        Assert.All(spans.SelectMany(span => span.TagObjects), tag => Assert.DoesNotContain("secret", $"{tag.Value}"));
    }

    [Theory]
    [InlineData("/named", "delete-user as alice: 403 role_missing", "/named")]
    [InlineData("/signin-oidc?code=secret", "GET /signin-oidc", "/signin-oidc")]
    [InlineData("/nowhere", "GET", null)]
    [InlineData("/component/open", "GET /component/open", "/component/open")]
    [InlineData("/broken", "GET /broken", "/broken", "System.InvalidOperationException")]
    public async Task Request_has_one_span_named_after_its_route_or_by_the_application(
        string path, string name, string? route, string? error = null)
    {
        var span = Assert.Single(await GetAsync(path));
        Assert.Equal((name, route, error), (span.DisplayName, span.GetTagItem("http.route"), span.GetTagItem("error.type")));
        Assert.Equal(error is null ? ActivityStatusCode.Unset : ActivityStatusCode.Error, span.Status);
        Assert.DoesNotContain(recording.Spans, other => other.Source.Name == "Microsoft.AspNetCore.Components");
    }

    [Theory]
    [InlineData("/health")]
    [InlineData("/app.css")]
    [InlineData("/_framework/blazor.web.js")]
    [InlineData("/quiet/call?path=/inner/1")]
    [InlineData("/manifest.json")]
    [InlineData("/.well-known/appspecific/com.chrome.devtools.json")]
    public async Task Housekeeping_and_what_it_causes_leaves_no_span(string path)
    {
        var trace = await SendAsync("GET", path);
        // A later request is complete, so this one would be too.
        await GetAsync("/named");
        // The service that is called decides for itself.
        Assert.DoesNotContain(recording.Spans, span => span.TraceId == trace && span.DisplayName != "GET /inner/{id}");
    }

    [Fact]
    public async Task Caller_s_baggage_is_not_carried_on()
    {
        client.DefaultRequestHeaders.Add("baggage", "user=theirs");
        client.DefaultRequestHeaders.Add("Correlation-Context", "user=theirs");
        Assert.Equal("", await client.GetStringAsync("/outer/call?path=/baggage"));
    }

    [Fact]
    public async Task Neither_an_id_like_a_file_s_name_nor_the_caller_s_unsampled_flag_hides_anything()
    {
        Assert.Single(await recording.SpansOfAsync(await SendAsync("DELETE", "/things/x.css")));
        Assert.Single(await recording.SpansOfAsync(await SendAsync("GET", "/named", flags: "00")));
    }

    [Fact]
    public async Task Call_that_no_request_has_caused_starts_no_trace()
    {
        var caller = app.Services.GetRequiredService<IHttpClientFactory>().CreateClient();
        await caller.GetStringAsync(new Uri(client.BaseAddress!, "/inner/2"));
        await GetAsync("/named");
        Assert.DoesNotContain(recording.Spans, span => $"{span.GetTagItem("url.full")}" == $"{client.BaseAddress}inner/2");
    }

    private static readonly ActivitySpanId Caller = ActivitySpanId.CreateFromString("00f067aa0ba902b7");

    private async Task<IReadOnlyList<Activity>> GetAsync(string path) => await recording.SpansOfAsync(await SendAsync("GET", path), Caller);

    private async Task<ActivityTraceId> SendAsync(string method, string path, string flags = "01")
    {
        var trace = ActivityTraceId.CreateRandom();
        using var message = new HttpRequestMessage(new HttpMethod(method), path);
        message.Headers.Add("traceparent", $"00-{trace}-{Caller}-{flags}");
        using var response = await client.SendAsync(message);
        return trace;
    }
}
