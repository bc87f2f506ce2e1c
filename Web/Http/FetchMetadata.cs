namespace AuthDemo.Web.Http;

/// <summary>What browsers say about a request besides its address (W3C Fetch Metadata). Other clients say nothing.</summary>
internal static class FetchMetadata
{
    /// <summary>
    /// Whether this may be a person's own step. An image or a frame of another site is none, and neither is a page that the browser loads
    /// ahead: such a request starts and finishes nothing.
    /// </summary>
    public static bool IsDeliberate(this HttpRequest request)
    {
        var headers = request.Headers;
        var isOwn = headers["Sec-Fetch-Site"].ToString() is "" or "none" or "same-origin";
        var isNavigation = headers["Sec-Fetch-Mode"] == "navigate" && headers["Sec-Fetch-Dest"] == "document";
        return (isOwn || isNavigation) && !headers["Sec-Purpose"].ToString().StartsWith("prefetch", StringComparison.Ordinal);
    }
}
