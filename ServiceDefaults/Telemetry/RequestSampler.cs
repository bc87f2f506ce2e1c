using System.Diagnostics;
using OpenTelemetry.Trace;

namespace AuthDemo.ServiceDefaults.Telemetry;

/// <summary>
/// Keeps the trace list to what a person did: a trace starts with a request to an endpoint. Health checks, static files and calls that no
/// request caused (metadata, keys, background work) start none; within a trace everything is kept.
/// Set in code, so it stands above <c>OTEL_TRACES_SAMPLER</c>, which Aspire sets to <c>always_on</c>.
/// </summary>
internal sealed class RequestSampler : Sampler
{
    private static readonly HashSet<string> StaticFiles = new(StringComparer.OrdinalIgnoreCase)
    {
        ".css", ".gz", ".ico", ".js", ".map", ".png", ".svg", ".txt", ".webmanifest", ".woff2",
    };

    public override SamplingResult ShouldSample(in SamplingParameters samplingParameters) =>
        new(IsWanted(samplingParameters) ? SamplingDecision.RecordAndSample : SamplingDecision.Drop);

    private static bool IsWanted(in SamplingParameters span)
    {
        if (span.Kind == ActivityKind.Server && IsHousekeeping(PathOf(span))) return false;
        return span.ParentContext == default ? span.Kind == ActivityKind.Server : span.ParentContext.TraceFlags.HasFlag(ActivityTraceFlags.Recorded);
    }

    private static bool IsHousekeeping(string path) =>
        path is HealthEndpoints.Health or HealthEndpoints.Alive
        || path.StartsWith("/_framework/", StringComparison.Ordinal)
        || StaticFiles.Contains(Path.GetExtension(path));

    private static string PathOf(in SamplingParameters span)
    {
        foreach (var tag in span.Tags ?? [])
            if (tag.Key == "url.path") return tag.Value as string ?? "";
        return "";
    }
}
