using Microsoft.AspNetCore.Http.Features;

namespace AuthDemo.StandIn.Hosting;

internal static class ReadableForms
{
    /// <summary>More than any request here needs, a pushed authorization request and a logout with its ID token included.</summary>
    private const int MaxBodyBytes = 32 * 1024;

    /// <summary>
    /// Reads a form before anything else does, so that one that is too large or not readable is 413 or 400 wherever it is sent, and so that
    /// a slow sender keeps nobody waiting: a realm serves one request at a time.
    /// </summary>
    public static void UseReadableForms(this WebApplication app) => app.Use(async (context, next) =>
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = MaxBodyBytes;

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
}
