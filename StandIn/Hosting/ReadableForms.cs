using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace AuthDemo.StandIn.Hosting;

internal static class ReadableForms
{
    /// <summary>Enough for every request, including a pushed authorization request and a logout with its ID token.</summary>
    private const int MaxBodyBytes = 32 * 1024;

    /// <summary>
    /// Reads forms first, so that a form that is too large or invalid gets 413, 415 or 400 at every endpoint, and a slow client does not
    /// block its realm, which serves one request at a time.
    /// </summary>
    public static void UseReadableForms(this WebApplication app) => app.Use(async (context, next) =>
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = MaxBodyBytes;

        if (context.Request.ContentType is { Length: > 0 } contentType && !IsForm(contentType))
        {
            context.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            return;
        }

        try
        {
            if (context.Request.HasFormContentType) await context.Request.ReadFormAsync(context.RequestAborted);
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            context.Response.StatusCode = (e as BadHttpRequestException)?.StatusCode ?? StatusCodes.Status400BadRequest;
            return;
        }

        await next(context);
    });

    /// <summary>All request bodies are forms in UTF-8 (RFC 6749, appendix B).</summary>
    private static bool IsForm(string contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type)
        && type.MediaType.Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase)
        && (!type.Charset.HasValue || HeaderUtilities.RemoveQuotes(type.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase));
}
