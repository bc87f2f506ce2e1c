using System.Net.Mime;

namespace AuthDemo.Web.Http;

/// <summary>Refusals for scripts (RFC 9457); people get a page.</summary>
internal static class Problems
{
    public static bool AsksForJson(this HttpRequest request) =>
        request.GetTypedHeaders().Accept.Any(accepted => accepted.MediaType == MediaTypeNames.Application.Json);

    public static IResult Of(int status, string reason, string? detail) =>
        Results.Problem(detail, statusCode: status, extensions: new Dictionary<string, object?> { ["reason"] = reason });
}
