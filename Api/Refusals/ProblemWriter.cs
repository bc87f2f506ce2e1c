using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using JsonOptions = Microsoft.AspNetCore.Http.Json.JsonOptions;

namespace AuthDemo.Api.Refusals;

/// <summary>
/// Writes every error of the API in one shape, whoever found it (RFC 9457). The framework's own writer leaves the body out where the
/// Accept header
/// names another type; an error here always says what it is.
/// </summary>
internal sealed class ProblemWriter(IHostEnvironment environment, IOptions<JsonOptions> json) : IProblemDetailsWriter
{
    /// <summary>What the framework's own errors mean, for Development.</summary>
    private static readonly Dictionary<int, (string Detail, string Hint)> Explanations = new()
    {
        [400] = ("The request cannot be understood.", "See /openapi/v1.json for what this endpoint takes."),
        [404] = ("This API has no such address.", "See /openapi/v1.json for the addresses that it has."),
        [405] = ("This address does not answer this method.", "The Allow header says which methods it answers."),
        [415] = ("This endpoint does not take this type of content.", "See /openapi/v1.json for what it takes."),
        [500] = ("The API made a mistake.", "Look for the trace id in the logs and traces."),
    };

    public bool CanWrite(ProblemDetailsContext context) => true;

    public async ValueTask WriteAsync(ProblemDetailsContext context)
    {
        var response = context.HttpContext.Response;
        var problem = context.ProblemDetails;
        var status = problem.Status ??= response.StatusCode;

        // Results.Problem knows the type and the title of each status.
        var standard = TypedResults.Problem(statusCode: status).ProblemDetails;
        problem.Type ??= standard.Type;
        problem.Title ??= standard.Title;
        var isUnexplained = problem.Extensions.TryAdd("reason", WordOf(status));
        if (isUnexplained && environment.IsDevelopment() && Explanations.TryGetValue(status, out var explanation))
        {
            problem.Detail = explanation.Detail;
            problem.Extensions["hint"] = explanation.Hint;
        }

        problem.Extensions["traceId"] = TraceIds.Of(context.HttpContext);

        var body = JsonSerializer.SerializeToUtf8Bytes(problem, json.Value.SerializerOptions.GetTypeInfo(typeof(ProblemDetails)));
        response.ContentType = "application/problem+json";
        response.ContentLength = body.Length;
        response.Headers.CacheControl = "no-store";

        // RFC 9110, section 9.3.2: HEAD sends the header fields of GET and no content.
        if (!HttpMethods.IsHead(context.HttpContext.Request.Method))
            await response.Body.WriteAsync(body, context.HttpContext.RequestAborted);
    }

    /// <summary>The status phrase as one word: <c>method_not_allowed</c>.</summary>
    private static string WordOf(int status) => ReasonPhrases.GetReasonPhrase(status).ToLowerInvariant().Replace(' ', '_');
}
