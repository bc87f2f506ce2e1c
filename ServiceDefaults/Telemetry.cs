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

/// <summary>What this application adds to OpenTelemetry's instrumentation, and keeps out of it.</summary>
public static partial class Telemetry
{
    /// <summary>
    /// Keeps query strings and the claims of rejected tokens out of logs and spans, and baggage out of outgoing requests.
    /// </summary>
    internal static void AddTelemetryPrivacy(this IHostApplicationBuilder builder)
    {
        // At Information these log query strings, and the claims of rejected tokens.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.AspNetCore.Authentication", LogLevel.Warning);

        builder.Services.Configure<AspNetCoreTraceInstrumentationOptions>(DescribeRequests);
        builder.Services.Configure<HttpClientTraceInstrumentationOptions>(options =>
            options.EnrichWithHttpRequestMessage = (span, request) => span.SetTag(
                "url.full", request.RequestUri!.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped)));

        // Baggage comes from the caller, so it is not passed on, neither by OpenTelemetry's propagator nor by .NET's own.
        Sdk.SetDefaultTextMapPropagator(new TraceContextPropagator());
        DistributedContextPropagator.Current = new WithoutBaggage(DistributedContextPropagator.CreateDefaultPropagator());
        builder.Services.AddSingleton(DistributedContextPropagator.Current);
    }

    /// <summary>Names the request's server span, in place of <c>METHOD /route</c>. Can be called until the request ends.</summary>
    public static void SetSpanName(this HttpContext context, string name) => context.Features.Set(new SpanName(name));

    private sealed record SpanName(string Value);

    private static void DescribeRequests(AspNetCoreTraceInstrumentationOptions options)
    {
        options.Filter = context => !IsHousekeeping(context.Request);
        // Pages are endpoints, so they have a server span; the components' own spans would be root spans.
        options.EnableRazorComponentsSupport = false;
        // Authorization codes are in query strings, and Aspire turns redaction off in Development.
        options.EnrichWithHttpRequest = (span, _) => span.SetTag("url.query", null);
        options.EnrichWithHttpResponse = Complete;
    }

    /// <summary>
    /// Runs after the instrumentation has set name and route. An error page keeps the route of the request that failed; a handler without
    /// an endpoint, such as the OpenID Connect callback, sets <c>http.route</c> itself.
    /// </summary>
    private static void Complete(Activity span, HttpResponse response)
    {
        var context = response.HttpContext;
        var handled = context.Features.Get<IExceptionHandlerFeature>();
        var route = RefusalLog.RouteOf(handled?.Endpoint ?? context.GetEndpoint()) ?? span.GetTagItem("http.route") as string;
        if (route is not null)
            span.SetTag("http.route", route).DisplayName = $"{span.GetTagItem("http.request.method")} {route}";
        if (handled is not null && response.StatusCode >= StatusCodes.Status500InternalServerError)
            span.SetTag("error.type", handled.Error.GetType().FullName);
        if (context.Features.Get<SpanName>() is { Value: var name }) span.DisplayName = name;
    }

    // Only reads without a token: DELETE /users/x.css is not a request for a static file.
    private static bool IsHousekeeping(HttpRequest request) => Housekeeping().IsMatch(request.Path.Value ?? "")
        && (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)) && request.Headers.Authorization.Count == 0;

    /// <summary>Health probes, static files, and what browsers and crawlers request on their own.</summary>
    [GeneratedRegex(
        @"^/(health|alive|_framework/.*|\.well-known/appspecific/.*|manifest\.json|sitemap\.xml|browserconfig\.xml"
            + @"|.*\.(css|gz|ico|js|map|png|svg|txt|webmanifest|woff2))$",
        RegexOptions.IgnoreCase)]
    private static partial Regex Housekeeping();

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
/// Samples requests and what they cause, so that background work, such as fetching signing keys, starts no trace. A caller's "not sampled"
/// flag is ignored (W3C Trace Context, section 3.2.2.5.1: the flag is a recommendation). A sampler set in code takes precedence over
/// <c>OTEL_TRACES_SAMPLER</c>, which Aspire sets to <c>always_on</c>.
/// </summary>
internal sealed class RequestSampler : Sampler
{
    public override SamplingResult ShouldSample(in SamplingParameters samplingParameters) =>
        new(samplingParameters.Kind == ActivityKind.Server
            || samplingParameters.ParentContext.TraceFlags.HasFlag(ActivityTraceFlags.Recorded)
            ? SamplingDecision.RecordAndSample
            : SamplingDecision.Drop);
}
