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

/// <summary>How the lab's traces are named and kept apart, so that the dashboard's list reads as a table of results.</summary>
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
            options.Filter = context => isTraced(context) && !IsOpenPage(context.Request);
        });
    }

    // Nothing is decided about these.
    private static bool IsOpenPage(HttpRequest request) => HttpMethods.IsGet(request.Method)
        && (request.Path == "/" || request.Path == "/learn" || request.Path.StartsWithSegments(DashboardLinks.Way)
            || (request.Path.StartsWithSegments("/lab", out var id) && ScenarioTable.Find(id.Value?.TrimStart('/')) is not null));

    /// <summary>What happened, answer first, with few different values: <c>403 role_missing: delete-user as alice</c>.</summary>
    public static string NameOf(int status, string? reason, Scenario scenario, string persona) =>
        $"{$"{status} {reason}".TrimEnd()}: {scenario.Id} as {Personas.Known(persona)}";

    /// <summary>Describes a request's server span by the run that it made.</summary>
    public static void DescribeRun(this HttpContext http, int status, string? reason, Scenario scenario, string persona)
    {
        http.SetSpanName(NameOf(status, reason, scenario, persona));
        Describe(http.Features.Get<IHttpActivityFeature>()?.Activity, status, reason, scenario, persona);
    }

    public static void Describe(Activity? span, int status, string? reason, Scenario scenario, string persona)
    {
        span?.DisplayName = NameOf(status, reason, scenario, persona);
        span?.SetTag("lab.scenario", scenario.Id).SetTag("lab.persona", Personas.Known(persona)).SetTag("lab.status", status);
    }

    /// <summary>
    /// Begins a trace of its own, linked to what it belongs to. Call it in an async method: what it does to the current span ends there.
    /// </summary>
    public static Activity? Begin(string name)
    {
        var cause = Activity.Current;
        Activity.Current = null;
        // Server, since the trace list keeps traces that begin where somebody asked for something.
        return Traces.StartActivity(
            name, ActivityKind.Server, parentContext: default, tags: null, links: cause is null ? null : [new ActivityLink(cause.Context)]);
    }

    /// <summary>Waits for a moment, in a span that says for what.</summary>
    public static async Task WaitAsync(string name, TimeSpan wait, TimeProvider time, CancellationToken cancellation)
    {
        if (wait <= TimeSpan.Zero) return;
        using var span = Traces.StartActivity(name);
        await Task.Delay(wait, time, cancellation);
    }

    /// <summary>
    /// A client span with a status of 400 or more is an error, unless the client knows that it asked for that status (OpenTelemetry's HTTP
    /// conventions). The lab does, so the one red mark of a trace is that of the decision that refused.
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
