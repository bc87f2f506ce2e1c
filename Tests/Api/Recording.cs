using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using OpenTelemetry;

namespace AuthDemo.Tests.Api;

/// <summary>One log record, with the trace in which it was written.</summary>
public sealed record LogRecord(
    LogLevel Level, string Category, EventId Event, string Message, IReadOnlyDictionary<string, object?> Fields, ActivityTraceId? Trace);

/// <summary>One measurement, with the trace in which it was taken.</summary>
public sealed record Measurement(string Instrument, long Value, IReadOnlyDictionary<string, object?> Tags, ActivityTraceId? Trace);

/// <summary>
/// Keeps what an application tells: the spans that its sampler kept, its log records, its refusals. Sources of spans are shared by all
/// applications of a process, so read by trace; two of them that keep their spans here keep each twice.
/// </summary>
public sealed class Recording : BaseProcessor<Activity>, ILoggerProvider
{
    private readonly ConcurrentQueue<Activity> spans = new();
    private readonly ConcurrentQueue<LogRecord> logs = new();
    private readonly ConcurrentQueue<Measurement> measurements = new();
    private readonly MeterListener listener = new();

    public Recording()
    {
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Name.StartsWith("authdemo.", StringComparison.Ordinal)) self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
            measurements.Enqueue(new Measurement(instrument.Name, value, Dictionary(tags.ToArray()), Activity.Current?.TraceId)));
        listener.Start();
    }

    public IReadOnlyCollection<Activity> Spans => spans;

    public IReadOnlyCollection<LogRecord> Logs => logs;

    public IReadOnlyCollection<Measurement> Measurements => measurements;

    /// <summary>The spans of a trace, once its server span has ended, which is after the caller has its answer.</summary>
    /// <param name="trace">The trace.</param>
    /// <param name="caller">The parent of that server span, where the trace has several.</param>
    public async Task<IReadOnlyList<Activity>> SpansOfAsync(ActivityTraceId trace, ActivitySpanId? caller = null)
    {
        for (var wait = Stopwatch.StartNew(); wait.Elapsed < TimeSpan.FromMinutes(2); await Task.Delay(10))
        {
            Activity[] found = [.. spans.Where(span => span.TraceId == trace).Distinct()];
            if (found.Any(span => span.Kind == ActivityKind.Server && span.ParentSpanId == (caller ?? span.ParentSpanId))) return found;
        }

        throw new TimeoutException($"No server span of trace {trace} ended within two minutes.");
    }

    public override void OnEnd(Activity data) => spans.Enqueue(data);

    public ILogger CreateLogger(string categoryName) => new Logger(categoryName, logs);

    protected override void Dispose(bool disposing)
    {
        listener.Dispose();
        base.Dispose(disposing);
    }

    private static Dictionary<string, object?> Dictionary(IEnumerable<KeyValuePair<string, object?>> pairs) =>
        pairs.ToDictionary(pair => pair.Key, pair => pair.Value);

    private sealed class Logger(string category, ConcurrentQueue<LogRecord> logs) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var fields = state as IEnumerable<KeyValuePair<string, object?>> ?? [];
            logs.Enqueue(new LogRecord(logLevel, category, eventId, $"{formatter(state, exception)} {exception}", Dictionary(fields),
                Activity.Current?.TraceId));
        }
    }
}
