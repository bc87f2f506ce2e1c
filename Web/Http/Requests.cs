using System.Net.Mime;
using Microsoft.Net.Http.Headers;

namespace AuthDemo.Web.Http;

internal static class Requests
{
    private const StringComparison Case = StringComparison.OrdinalIgnoreCase;

    /// <summary>The methods that every server must support (RFC 9110, section 9.1).</summary>
    public static readonly string[] Read = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>Restricts pages to GET and HEAD: forms have endpoints of their own.</summary>
    public static void ReadOnly(this RazorComponentsEndpointConventionBuilder pages) =>
        pages.Add(endpoint => endpoint.Metadata.Add(new HttpMethodMetadata(Read)));

    /// <summary>
    /// Whether the user may have made this request deliberately (W3C Fetch Metadata). A prefetch, and an image or a frame on another site,
    /// must not start or finish anything.
    /// </summary>
    public static bool IsDeliberate(this HttpRequest request)
    {
        var headers = request.Headers;
        var isOwn = headers["Sec-Fetch-Site"].ToString() is "" or "none" or "same-origin";
        var isNavigation = headers["Sec-Fetch-Mode"] == "navigate" && headers["Sec-Fetch-Dest"] == "document";
        return (isOwn || isNavigation) && !headers["Sec-Purpose"].ToString().StartsWith("prefetch", StringComparison.Ordinal);
    }

    /// <summary>Whether the client prefers JSON to HTML (RFC 9110, section 12.5.1).</summary>
    public static bool AsksForJson(this HttpRequest request)
    {
        var accepted = request.GetTypedHeaders().Accept;
        var json = QualityOf(type => type.SubType.Equals("json", Case) || type.Suffix.Equals("json", Case));
        return json > 0 && json >= QualityOf(type => type.MediaType.Equals(MediaTypeNames.Text.Html, Case));

        double QualityOf(Func<MediaTypeHeaderValue, bool> isKind) => accepted.Where(isKind).Max(type => (double?)(type.Quality ?? 1)) ?? 0;
    }

    /// <summary>The page that contains the submitted form; null if unknown. Our Referrer-Policy sends it to this site only.</summary>
    public static string? PageOfForm(this HttpRequest request) =>
        Uri.TryCreate(request.Headers.Referer, UriKind.Absolute, out var page)
        && page.Scheme == request.Scheme && page.Authority == request.Host.Value
            ? ReturnUrl.Local(page.PathAndQuery)
            : null;
}
