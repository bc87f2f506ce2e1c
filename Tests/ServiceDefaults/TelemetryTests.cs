using System.Diagnostics;
using AuthDemo.ServiceDefaults;
using AuthDemo.Tests.Api;
using AuthDemo.Tests.DecisionSpans;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
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
        builder.Configuration["OTEL_DOTNET_EXPERIMENTAL_HTTPCLIENT_DISABLE_URL_QUERY_REDACTION"] = "true";
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders().AddProvider(recording);
        builder.AddServiceDefaults();
        builder.Services.AddHttpClient();
        builder.Services.AddRazorComponents();
        builder.Services.DoNotTrace(request => request.Path == "/quiet");
        builder.Services.ConfigureOpenTelemetryTracerProvider(tracing => tracing.AddRequestTracing().AddProcessor(recording));

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
        app.MapGet("/outer", (HttpContext context, IHttpClientFactory clients) => CallInnerAsync(context, clients));
        app.MapGet("/baggage", (HttpRequest request) => $"{request.Headers.Baggage}{request.Headers["Correlation-Context"]}");
        app.MapGet("/baggage-of-inner", (HttpContext context, IHttpClientFactory clients) =>
            clients.CreateClient().GetStringAsync(new Uri($"{context.Request.Scheme}://{context.Request.Host}/baggage")));
        app.MapGet("/quiet", (HttpContext context, IHttpClientFactory clients) => CallInnerAsync(context, clients));
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

    private static Task<string> CallInnerAsync(HttpContext context, IHttpClientFactory clients) =>
        clients.CreateClient().GetStringAsync(new Uri($"{context.Request.Scheme}://{context.Request.Host}/inner/1?code=secret"));

    [Fact]
    public async Task Query_string_is_in_no_span_though_Aspire_switches_the_redaction_off()
    {
        var spans = await GetAsync("/outer?code=secret&state=secret");
        Assert.All(spans.SelectMany(span => span.TagObjects), tag =>
        {
            Assert.DoesNotContain("secret", tag.Value?.ToString());
            Assert.DoesNotContain("code=", tag.Value?.ToString());
        });
        Assert.EndsWith("/inner/1", (string?)Assert.Single(spans, span => span.Kind == ActivityKind.Client).GetTagItem("url.full"));
    }

    [Fact]
    public async Task Each_request_has_one_server_span_and_each_call_one_client_span()
    {
        var spans = await GetAsync("/outer");
        var servers = spans.Where(span => span.Kind == ActivityKind.Server).ToList();
        Assert.Equal(["GET /inner/{id}", "GET /outer"], servers.Select(span => span.DisplayName).Order());
        var call = Assert.Single(spans, span => span.Kind == ActivityKind.Client);
        Assert.Equal(servers.Single(span => span.DisplayName == "GET /inner/{id}").ParentSpanId, call.SpanId);
        Assert.Equal(servers.Single(span => span.DisplayName == "GET /outer").SpanId, call.ParentSpanId);
    }

    [Fact]
    public async Task Server_span_takes_the_name_that_the_application_gives_it()
    {
        var span = Assert.Single(await GetAsync("/named"));
        Assert.Equal("delete-user as alice: 403 role_missing", span.DisplayName);
        Assert.Equal("/named", span.GetTagItem("http.route"));
    }

    [Fact]
    public async Task Callback_without_an_endpoint_is_named_after_the_route_that_it_gives() =>
        Assert.Equal("GET /signin-oidc", Assert.Single(await GetAsync("/signin-oidc?code=secret")).DisplayName);

    [Fact]
    public async Task Address_that_is_nobody_s_is_named_by_its_method() =>
        Assert.Equal("GET", Assert.Single(await GetAsync("/nowhere")).DisplayName);

    [Fact]
    public async Task Handled_exception_is_an_error_of_the_route_that_threw_it()
    {
        var span = Assert.Single(await GetAsync("/broken"));
        Assert.Equal(("GET /broken", ActivityStatusCode.Error), (span.DisplayName, span.Status));
        Assert.Equal(typeof(InvalidOperationException).FullName, span.GetTagItem("error.type"));
    }

    [Fact]
    public async Task Page_s_components_leave_no_spans_of_their_own()
    {
        Assert.Equal("GET /component/open", Assert.Single(await GetAsync("/component/open")).DisplayName);
        await GetAsync("/named");
        Assert.DoesNotContain(recording.Spans, span => span.Source.Name == "Microsoft.AspNetCore.Components");
    }

    [Theory]
    [InlineData("/health")]
    [InlineData("/alive")]
    [InlineData("/app.css")]
    [InlineData("/_framework/blazor.web.js")]
    [InlineData("/quiet")]
    [InlineData("/manifest.json")]
    [InlineData("/.well-known/appspecific/com.chrome.devtools.json")]
    public async Task Housekeeping_and_what_it_causes_leaves_no_span(string path)
    {
        var trace = ActivityTraceId.CreateRandom();
        using (await SendAsync(path, trace, flags: "01"))
        {
            // A later request is complete, so this one would be too.
            await GetAsync("/named");
            var spans = recording.Spans.Where(span => span.TraceId == trace);
            // The service that is called decides for itself.
            Assert.DoesNotContain(spans, span => span.DisplayName != "GET /inner/{id}");
        }
    }

    [Fact]
    public async Task Caller_s_baggage_is_not_carried_on()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/baggage-of-inner");
        request.Headers.Add("baggage", "user=theirs");
        request.Headers.Add("Correlation-Context", "user=theirs");
        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal("", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Id_that_looks_like_a_file_hides_nothing()
    {
        var trace = ActivityTraceId.CreateRandom();
        using var request = new HttpRequestMessage(HttpMethod.Delete, "/things/x.css");
        request.Headers.Add("traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom()}-01");
        using (await client.SendAsync(request, TestContext.Current.CancellationToken)) Assert.Single(await recording.SpansOfAsync(trace));
    }

    [Fact]
    public async Task Caller_s_unsampled_flag_hides_nothing()
    {
        var trace = ActivityTraceId.CreateRandom();
        using (await SendAsync("/named", trace, flags: "00")) Assert.Single(await recording.SpansOfAsync(trace));
    }

    [Fact]
    public async Task Call_that_no_request_has_caused_starts_no_trace()
    {
        var caller = app.Services.GetRequiredService<IHttpClientFactory>().CreateClient();
        await caller.GetStringAsync(new Uri(client.BaseAddress!, "/inner/2"), TestContext.Current.CancellationToken);
        await GetAsync("/named");
        Assert.DoesNotContain(recording.Spans, span => span.Kind == ActivityKind.Client);
    }

    private async Task<IReadOnlyList<Activity>> GetAsync(string path)
    {
        var trace = ActivityTraceId.CreateRandom();
        using (await SendAsync(path, trace, flags: "01"))
        {
            await recording.SpansOfAsync(trace);
            // Calls within it end before it does.
            while (!recording.Spans.Any(span => span.TraceId == trace && span.ParentSpanId == Caller)) await Task.Delay(10);
            return [.. recording.Spans.Where(span => span.TraceId == trace)];
        }
    }

    private static readonly ActivitySpanId Caller = ActivitySpanId.CreateFromString("00f067aa0ba902b7");

    private Task<HttpResponseMessage> SendAsync(string path, ActivityTraceId trace, string flags)
    {
        var message = new HttpRequestMessage(HttpMethod.Get, path);
        message.Headers.Add("traceparent", $"00-{trace}-{Caller}-{flags}");
        return client.SendAsync(message, TestContext.Current.CancellationToken);
    }
}
