using System.Collections.Concurrent;
using System.Diagnostics;

namespace AuthDemo.Tests.DecisionSpans;

/// <summary>
/// Records the spans of the traces that a test starts, and of no others: sources are shared by all applications of a process.
/// </summary>
internal sealed class SpanListener : IDisposable
{
    private static readonly string[] Sources =
        ["AuthTracing", "Microsoft.AspNetCore", "Microsoft.AspNetCore.SignalR.Client", "Microsoft.AspNetCore.SignalR.Server"];

    private readonly ConcurrentDictionary<ActivityTraceId, ConcurrentQueue<Activity>> traces = new();
    private readonly ActivityListener listener;

    public SpanListener()
    {
        listener = new ActivityListener
        {
            ShouldListenTo = source => Sources.Contains(source.Name),
            Sample = (ref options) =>
                traces.ContainsKey(options.TraceId) ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
            ActivityStarted = span =>
            {
                if (traces.TryGetValue(span.TraceId, out var spans)) spans.Enqueue(span);
            },
        };
        ActivitySource.AddActivityListener(listener);
    }

    public ActivityContext StartTrace()
    {
        var context = new ActivityContext(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded);
        traces[context.TraceId] = new ConcurrentQueue<Activity>();
        return context;
    }

    /// <summary>The spans of a trace in the order of their start, once its server span has ended.</summary>
    public async Task<IReadOnlyList<Activity>> SpansOfAsync(ActivityTraceId trace)
    {
        for (var wait = Stopwatch.StartNew(); wait.Elapsed < TimeSpan.FromMinutes(2); await Task.Delay(10))
            if (traces[trace].Any(span => span is { Kind: ActivityKind.Server, IsStopped: true })) return [.. traces[trace]];

        throw new TimeoutException($"No server span of trace {trace} ended within two minutes.");
    }

    /// <summary>
    /// The decisions among them, one a line: name, outcome, reason, and <c>!</c> where the status is Error. What is inside another span is
    /// indented below it.
    /// </summary>
    public static string[] Render(IReadOnlyList<Activity> spans)
    {
        return [.. spans.Where(span => span.Source.Name == "AuthTracing").Select(span => Indent(span) + Describe(span))];

        string Indent(Activity span) => spans.FirstOrDefault(parent => parent.SpanId == span.ParentSpanId) switch
        {
            null => "(root) ",
            { Source.Name: "AuthTracing" } parent => Indent(parent) + "  ",
            { DisplayName: var hubMethod, Source.Name: "Microsoft.AspNetCore.SignalR.Server" } => hubMethod.Split('/')[^1] + " > ",
            _ => "",
        };
    }

    public void Dispose() => listener.Dispose();

    private static string Describe(Activity span)
    {
        var reason = span.GetTagItem("auth.reason") is { } word ? $" {word}" : "";
        var error = span.Status == ActivityStatusCode.Error ? " !" : "";
        var type = span.GetTagItem("error.type") is { } thrown && !Equals(thrown, span.GetTagItem("auth.reason")) ? $" ({thrown})" : "";
        return $"{span.DisplayName}: {span.GetTagItem("auth.outcome")}{reason}{type}{error}{(span.IsStopped ? "" : " NOT ENDED")}";
    }
}
