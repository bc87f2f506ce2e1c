using System.Diagnostics;
using OpenTelemetry.Trace;

namespace AuthDemo.ServiceDefaults;

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
