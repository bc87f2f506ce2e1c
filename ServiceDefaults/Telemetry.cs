using System.Diagnostics;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Context.Propagation;
using OpenTelemetry.Instrumentation.AspNetCore;
using OpenTelemetry.Instrumentation.Http;
using OpenTelemetry.Trace;

namespace AuthDemo.ServiceDefaults;

/// <summary>Traces, metrics and logs.</summary>
public static partial class Telemetry
{
    /// <summary>What is left out of logs and spans, and is not carried on to other services.</summary>
    internal static void AddTelemetryPrivacy(this IHostApplicationBuilder builder)
    {
        // Their Information repeats the query string of each request, and the claims of refused tokens.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.AspNetCore.Authentication", LogLevel.Warning);

        builder.Services.Configure<AspNetCoreTraceInstrumentationOptions>(DescribeRequests);
        builder.Services.Configure<HttpClientTraceInstrumentationOptions>(options =>
            options.EnrichWithHttpRequestMessage = (span, request) => span.SetTag("url.full", WithoutQuery(request.RequestUri)));

        // A caller's baggage crosses no trust boundary: neither OpenTelemetry's propagator nor .NET's own carries it on.
        Sdk.SetDefaultTextMapPropagator(new TraceContextPropagator());
        DistributedContextPropagator.Current = new WithoutBaggage(DistributedContextPropagator.CreateDefaultPropagator());
        builder.Services.AddSingleton(DistributedContextPropagator.Current);
    }

    /// <summary>
    /// Leaves requests out of the traces, besides health checks and static files: they and all that they cause have no spans.
    /// </summary>
    public static IServiceCollection DoNotTrace(this IServiceCollection services, Func<HttpRequest, bool> isUntraced) =>
        services.PostConfigure<AspNetCoreTraceInstrumentationOptions>(options =>
        {
            var isTraced = options.Filter;
            options.Filter = context => isTraced?.Invoke(context) != false && !isUntraced(context.Request);
        });

    /// <summary>
    /// Names the request's server span after what happened, in place of <c>METHOD /route</c>. Call it any time before the request ends.
    /// </summary>
    public static void SetSpanName(this HttpContext context, string name) => context.Features.Set(new SpanName(name));

    private sealed record SpanName(string Value);

    private static void DescribeRequests(AspNetCoreTraceInstrumentationOptions options)
    {
        options.Filter = context => !IsHousekeeping(context.Request);
        // The pages are routes already; their components would be root spans of their own.
        options.EnableRazorComponentsSupport = false;
        // Authorization codes travel in query strings, and Aspire switches the redaction of these off in Development.
        options.EnrichWithHttpRequest = (span, _) => span.SetTag("url.query", null);
        options.EnrichWithHttpResponse = Complete;
    }

    /// <summary>
    /// Runs when the instrumentation has set name and route, and so has the last word. A request that ended in an error page keeps the
    /// route that was asked for; one that a handler answered without an endpoint may have named its route itself.
    /// </summary>
    private static void Complete(Activity span, HttpResponse response)
    {
        var context = response.HttpContext;
        var handled = context.Features.Get<IExceptionHandlerFeature>();
        var route = RefusalLog.RouteOf(handled?.Endpoint ?? context.GetEndpoint()) ?? span.GetTagItem("http.route") as string;
        if (route is not null)
        {
            span.SetTag("http.route", route);
            span.DisplayName = $"{span.GetTagItem("http.request.method")} {route}";
        }

        if (handled is not null && response.StatusCode >= StatusCodes.Status500InternalServerError)
            span.SetTag("error.type", handled.Error.GetType().FullName);
        if (context.Features.Get<SpanName>() is { Value: var name }) span.DisplayName = name;
    }

    private static bool IsHousekeeping(HttpRequest request) => Housekeeping().IsMatch(request.Path.Value ?? "") && IsPlainRead(request);

    /// <summary>Probes, static files, and what browsers and crawlers ask by themselves.</summary>
    [GeneratedRegex(
        @"^/(health|alive|_framework/.*|\.well-known/appspecific/.*|manifest\.json|sitemap\.xml|browserconfig\.xml"
            + @"|.*\.(css|gz|ico|js|map|png|svg|txt|webmanifest|woff2))$",
        RegexOptions.IgnoreCase)]
    private static partial Regex Housekeeping();

    // The id in DELETE /users/x.css ends like a file's name: nobody hides a deletion or a token by it.
    private static bool IsPlainRead(HttpRequest request) =>
        (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)) && request.Headers.Authorization.Count == 0;

    private static string? WithoutQuery(Uri? uri) =>
        uri is { IsAbsoluteUri: true } ? uri.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped) : null;

    private sealed class WithoutBaggage(DistributedContextPropagator propagator) : DistributedContextPropagator
    {
        public override IReadOnlyCollection<string> Fields => propagator.Fields;

        public override void Inject(Activity? activity, object? carrier, PropagatorSetterCallback? setter) =>
            propagator.Inject(activity, carrier, setter);

        public override void ExtractTraceIdAndState(
            object? carrier, PropagatorGetterCallback? getter, out string? traceId, out string? traceState) =>
            propagator.ExtractTraceIdAndState(carrier, getter, out traceId, out traceState);

        public override IEnumerable<KeyValuePair<string, string?>>? ExtractBaggage(object? carrier, PropagatorGetterCallback? getter) =>
            null;
    }
}

/// <summary>
/// A trace starts with a request: what no request has caused (metadata, keys, background work) starts none. A caller's
/// <c>traceparent</c> is continued, but its "not sampled" flag hides nothing (W3C Trace Context, section 3.2.2.5.1: the flag is a
/// recommendation). Set in code, so it stands above <c>OTEL_TRACES_SAMPLER</c>, which Aspire sets to <c>always_on</c>.
/// </summary>
internal sealed class RequestSampler : Sampler
{
    public override SamplingResult ShouldSample(in SamplingParameters samplingParameters) =>
        new(samplingParameters.Kind == ActivityKind.Server
            || samplingParameters.ParentContext.TraceFlags.HasFlag(ActivityTraceFlags.Recorded)
            ? SamplingDecision.RecordAndSample
            : SamplingDecision.Drop);
}
