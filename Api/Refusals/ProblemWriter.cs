using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using AuthDemo.ServiceDefaults;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using JsonOptions = Microsoft.AspNetCore.Http.Json.JsonOptions;

namespace AuthDemo.Api.Refusals;

/// <summary>
/// Writes problem details (RFC 9457) for every error. Unlike the default writer, ignores the Accept header, so that an error always has a
/// body.
/// </summary>
internal sealed class ProblemWriter(IHostEnvironment environment, IOptions<JsonOptions> json) : IProblemDetailsWriter
{
    /// <summary>The Retry-After of a 503. Equals the pause after a failed fetch of keys.</summary>
    public static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(5);

    private static readonly string RetryAfter = RetryInterval.TotalSeconds.ToString("0", CultureInfo.InvariantCulture);

    /// <summary>Details for the framework's errors, in Development.</summary>
    private static readonly Dictionary<int, (string Detail, string Hint)> Explanations = new()
    {
        [400] = ("The request cannot be understood.", "See /openapi/v1.json for what this endpoint takes."),
        [404] = ("This API has no such address.", "See /openapi/v1.json for the addresses that it has."),
        [405] = ("This address does not answer this method.", "The Allow header says which methods it answers."),
        [408] = ("The request did not end in time.", "Send the whole body that Content-Length announces."),
        [413] = ("The request is too large.", "No endpoint of this API takes a body: send none."),
        [500] = ("The API made a mistake.", "Look for the trace id in the logs and traces."),
        [503] = ("What the API keeps elsewhere cannot be reached.", "A change may have been made or not: look, and try again."),
    };

    private readonly JsonTypeInfo problemJson = json.Value.SerializerOptions.GetTypeInfo(typeof(ProblemDetails));

    /// <summary>The trace id as 32 hex digits (W3C Trace Context, section 3.2.2.3).</summary>
    public static string TraceIdOf(HttpContext context) =>
        (context.Features.Get<IHttpActivityFeature>()?.Activity?.TraceId ?? Activity.Current?.TraceId ?? ActivityTraceId.CreateRandom())
            .ToHexString();

    public bool CanWrite(ProblemDetailsContext context) => true;

    public ValueTask WriteAsync(ProblemDetailsContext context)
    {
        var (problem, response) = (context.ProblemDetails, context.HttpContext.Response);
        if (!problem.Extensions.ContainsKey("reason")) Explain(problem, response.StatusCode);
        problem.Extensions["traceId"] = TraceIdOf(context.HttpContext);
        if (response.StatusCode == StatusCodes.Status503ServiceUnavailable) response.Headers.RetryAfter = RetryAfter;

        var body = JsonSerializer.SerializeToUtf8Bytes(problem, problemJson);
        response.ContentType = "application/problem+json";
        response.ContentLength = body.Length;
        return response.Body.WriteAsync(body, context.HttpContext.RequestAborted); // no body for HEAD
    }

    /// <summary>Details for the framework's errors.</summary>
    private void Explain(ProblemDetails problem, int status)
    {
        problem.Status = status;
        _ = TypedResults.Problem(problem); // sets type and title
        problem.Extensions["reason"] = Reasons.OfStatus(status);
        if (!environment.IsDevelopment() || !Explanations.TryGetValue(status, out var explanation)) return;
        problem.Detail = explanation.Detail;
        problem.Extensions["hint"] = explanation.Hint;
    }
}
