using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging.Testing;
using OpenTelemetry;

namespace AuthDemo.Tests.Api;

public sealed record LogRecord(
    LogLevel Level, string Category, EventId Event, string Message, IReadOnlyDictionary<string, string?> Fields, ActivityTraceId? Trace);

public sealed record Measurement(string Instrument, long Value, IReadOnlyDictionary<string, object?> Tags, ActivityTraceId? Trace);

/// <summary>
/// Keeps what an application tells: the spans that its sampler kept, its log records, its refusals. Sources of spans are shared by all
/// applications of a process, so read by trace; two of them that keep their spans here keep each twice.
/// </summary>
public sealed class Recording : BaseProcessor<Activity>
{
    private readonly ConcurrentQueue<Activity> spans = new();
    private readonly ConcurrentQueue<Measurement> measurements = new();
    private readonly MeterListener listener = new();

    public Recording()
    {
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Name.StartsWith("authdemo.", StringComparison.Ordinal)) self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
            measurements.Enqueue(new(instrument.Name, value, tags.ToArray().ToDictionary(), Activity.Current?.TraceId)));
        listener.Start();
    }

    public FakeLoggerProvider Logger { get; } = new();
    public IEnumerable<Activity> Spans => spans.Where(span => span.IsAllDataRequested).Distinct();
    public IEnumerable<Measurement> Measurements => measurements;

    public IEnumerable<LogRecord> Logs =>
        from log in Logger.Collector.GetSnapshot()
        let trace = log.Scopes.OfType<IEnumerable<KeyValuePair<string, object?>>>().SelectMany(scope => scope)
            .FirstOrDefault(pair => pair.Key == "TraceId").Value as string
        select new LogRecord(log.Level, log.Category!, log.Id, $"{log.Message} {log.Exception}",
            (log.StructuredState ?? []).ToDictionary(), trace is null ? null : ActivityTraceId.CreateFromString(trace));

    /// <summary>The spans of a trace, once its server span has ended, which is after the caller has its answer.</summary>
    /// <param name="caller">The parent of that server span, where the trace has several.</param>
    public async Task<IReadOnlyList<Activity>> SpansOfAsync(ActivityTraceId trace, ActivitySpanId? caller = null)
    {
        var found = Spans.Where(span => span.TraceId == trace);
        await Wait.UntilAsync($"the end of the server span of trace {trace}", () => found.Any(span =>
            span is { Kind: ActivityKind.Server, IsStopped: true } && span.ParentSpanId == (caller ?? span.ParentSpanId)),
            () => string.Join(", ", found.Select(span => span.DisplayName)));
        return [.. found];
    }

    public override void OnStart(Activity data) => spans.Enqueue(data);

    protected override void Dispose(bool disposing)
    {
        listener.Dispose();
        Logger.Dispose();
        base.Dispose(disposing);
    }
}
