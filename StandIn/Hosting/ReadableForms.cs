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
        if (context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = MaxBodyBytes;

        try
        {
            if (context.Request.HasFormContentType) await context.Request.ReadFormAsync(context.RequestAborted);
        }
        catch (BadHttpRequestException e)
        {
            context.Response.StatusCode = e.StatusCode;
            return;
        }
        catch (InvalidDataException)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        await next(context);
    });
}
