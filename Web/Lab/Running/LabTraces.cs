using System.Diagnostics;
using AuthDemo.ServiceDefaults;
using AuthDemo.Web.Http;
using AuthDemo.Web.Lab.Scenarios;
using AuthDemo.Web.Login;
using Microsoft.AspNetCore.Http.Features;
using OpenTelemetry.Instrumentation.AspNetCore;
using OpenTelemetry.Instrumentation.Http;
using OpenTelemetry.Trace;

namespace AuthDemo.Web.Lab.Running;

/// <summary>Names and separates the lab's traces, so that the dashboard's list reads like a table of results.</summary>
internal static class LabTraces
{
    private static readonly ActivitySource Traces = new("AuthDemo.Lab");
    private static readonly HttpRequestOptionsKey<bool> RefusalIsAResult = new("AuthDemo.Lab.RefusalIsAResult");

    public static void AddLabTraces(this IServiceCollection services)
    {
        services.ConfigureOpenTelemetryTracerProvider(tracing => tracing.AddSource(Traces.Name));
        services.PostConfigure<HttpClientTraceInstrumentationOptions>(AcceptResults);
        services.PostConfigure<AspNetCoreTraceInstrumentationOptions>(options =>
        {
            var isTraced = options.Filter!;
            options.Filter = http => isTraced(http) && !(HttpMethods.IsGet(http.Request.Method) && IsOpenPage(http.Request.Path));
        });
    }

    // Open pages, where nothing is decided.
    private static bool IsOpenPage(PathString path) => path == "/" || path == "/learn" || path.StartsWithSegments(DashboardLinks.Way)
        || (path.StartsWithSegments("/lab", out var id) && ScenarioTable.Find(id.Value?.TrimStart('/')) is not null);

    /// <summary>The span name, with the status first and low cardinality: <c>403 role_missing: delete-user as alice</c>.</summary>
    public static string NameOf(int status, string? reason, Scenario scenario, string persona) =>
        $"{$"{status} {reason}".TrimEnd()}: {scenario.Id} as {Personas.Known(persona)}";

    /// <summary>Names and tags the request's server span after the run.</summary>
    public static void DescribeRun(this HttpContext http, int status, string? reason, Scenario scenario, string persona)
    {
        http.SetSpanName(NameOf(status, reason, scenario, persona));
        http.Features.Get<IHttpActivityFeature>()?.Activity
            .SetTag("lab.scenario", scenario.Id).SetTag("lab.persona", Personas.Known(persona)).SetTag("lab.status", status);
    }

    /// <summary>
    /// Starts a separate trace, linked to the current one. Call it in an async method, which restores the current span when it returns.
    /// </summary>
    public static Activity? Begin(string name)
    {
        var cause = Activity.Current;
        Activity.Current = null;
        // Server, because the sampler drops traces that do not start with a request.
        return Traces.StartActivity(
            name, ActivityKind.Server, parentContext: default, tags: null, links: cause is null ? null : [new ActivityLink(cause.Context)]);
    }

    /// <summary>Waits, in a span that says for what.</summary>
    public static async Task WaitAsync(string name, TimeSpan wait, TimeProvider time, CancellationToken cancellation)
    {
        if (wait <= TimeSpan.Zero) return;
        using var span = Traces.StartActivity(name);
        await Task.Delay(wait, time, cancellation);
    }

    /// <summary>
    /// Marks a request whose error status is expected. By OpenTelemetry's HTTP conventions a client span with a status of 400 or more is an
    /// error unless the client expects it; here only the decision's span is an error.
    /// </summary>
    public static void MarkAsResult(HttpRequestMessage request) => request.Options.Set(RefusalIsAResult, true);

    private static void AcceptResults(HttpClientTraceInstrumentationOptions options) =>
        options.EnrichWithHttpResponseMessage += (span, response) =>
        {
            if ((int)response.StatusCode >= 500 || response.RequestMessage?.Options.TryGetValue(RefusalIsAResult, out _) != true) return;
            span.SetStatus(ActivityStatusCode.Unset);
            span.SetTag("error.type", null);
        };
}
