namespace AuthDemo.Tests.Application;

public sealed record Span(
    string Resource,
    string Source,
    string Name,
    string TraceId,
    string Id,
    string ParentId,
    bool IsServer,
    bool IsError,
    IReadOnlyDictionary<string, string> Tags)
{
    public string? this[string tag] => Tags.GetValueOrDefault(tag);
}

/// <summary>The dashboard's own telemetry API: what it answers here is what the trace page shows.</summary>
public sealed class TelemetryApi(Uri dashboard, string key) : IDisposable
{
    private readonly HttpClient http = new() { BaseAddress = dashboard, DefaultRequestHeaders = { { "x-api-key", key } } };

    /// <param name="traceId">32 hex digits, or null for the spans of all traces.</param>
    public async Task<IReadOnlyList<Span>> GetSpansAsync(string? traceId = null) => [.. ReadSpans(await http.GetFromJsonAsync<JsonElement>(
        $"/api/telemetry/spans?limit=5000&traceId={traceId}", TestContext.Current.CancellationToken))];

    /// <summary>
    /// Waits until the spans so far are all that the test looks at. Exporters send batches, so spans arrive up to a second late, and not in
    /// order. Asks twice a second: all spans are much to write for the dashboard, which has to read the new ones meanwhile.
    /// </summary>
    public async Task<IReadOnlyList<Span>> WaitForSpansAsync(
        string what, Func<IReadOnlyList<Span>, bool> isSo, string? traceId = null, Func<string>? instead = null)
    {
        IReadOnlyList<Span> spans = [];
        instead ??= () => string.Join(", ", spans.Select(span => $"{span.Resource} '{span.Name}'").Distinct());
        await Wait.UntilAsync(what, async () => isSo(spans = await GetSpansAsync(traceId)), instead, pauseMilliseconds: 500);
        return spans;
    }

    public void Dispose() => http.Dispose();

    private static IEnumerable<Span> ReadSpans(JsonElement answer) =>
        from resource in answer.GetProperty("data").GetProperty("resourceSpans").EnumerateArray()
        let resourceName = Attributes(resource.GetProperty("resource")).GetValueOrDefault("service.name", "")
        from scope in resource.GetProperty("scopeSpans").EnumerateArray()
        from span in scope.GetProperty("spans").EnumerateArray()
        select new Span(
            resourceName,
            Text(scope.GetProperty("scope"), "name"),
            Text(span, "name"),
            Text(span, "traceId"),
            Text(span, "spanId"),
            Text(span, "parentSpanId"),
            IsServer: Text(span, "kind") is "2" or "SPAN_KIND_SERVER",
            IsError: span.TryGetProperty("status", out var status) && Text(status, "code") is "2" or "STATUS_CODE_ERROR",
            Attributes(span));

    private static string Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.ToString() : "";

    private static Dictionary<string, string> Attributes(JsonElement element) =>
        element.TryGetProperty("attributes", out var attributes)
            ? attributes.EnumerateArray().ToDictionary(a => Text(a, "key"), a => Text(a.GetProperty("value"), "stringValue"))
            : [];
}
