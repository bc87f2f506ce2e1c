using System.Net.Mime;
using Microsoft.Net.Http.Headers;

namespace AuthDemo.Web.Http;

/// <summary>What requests say about themselves.</summary>
internal static class Requests
{
    private const StringComparison Case = StringComparison.OrdinalIgnoreCase;

    /// <summary>RFC 9110, section 9.1: the two that every server must support.</summary>
    public static readonly string[] Read = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>Lets pages be read and nothing else: every form has an address of its own.</summary>
    public static void ReadOnly(this RazorComponentsEndpointConventionBuilder pages) =>
        pages.Add(endpoint => endpoint.Metadata.Add(new HttpMethodMetadata(Read)));

    /// <summary>
    /// Whether this may be a person's own step, as far as browsers tell (W3C Fetch Metadata). An image or a frame of another site is none,
    /// and neither is a page that the browser loads ahead: such a request starts and finishes nothing.
    /// </summary>
    public static bool IsDeliberate(this HttpRequest request)
    {
        var headers = request.Headers;
        var isOwn = headers["Sec-Fetch-Site"].ToString() is "" or "none" or "same-origin";
        var isNavigation = headers["Sec-Fetch-Mode"] == "navigate" && headers["Sec-Fetch-Dest"] == "document";
        return (isOwn || isNavigation) && !headers["Sec-Purpose"].ToString().StartsWith("prefetch", StringComparison.Ordinal);
    }

    /// <summary>Whether JSON is wanted, and a page not more than that (RFC 9110, section 12.5.1).</summary>
    public static bool AsksForJson(this HttpRequest request)
    {
        var accepted = request.GetTypedHeaders().Accept;
        var json = QualityOf(type => type.SubType.Equals("json", Case) || type.Suffix.Equals("json", Case));
        return json > 0 && json >= QualityOf(type => type.MediaType.Equals(MediaTypeNames.Text.Html, Case));

        double QualityOf(Func<MediaTypeHeaderValue, bool> isKind) => accepted.Where(isKind).Max(type => (double?)(type.Quality ?? 1)) ?? 0;
    }

    /// <summary>
    /// The page on which a form stands; null where the browser does not say. Our own Referrer-Policy has it told to this site alone.
    /// </summary>
    public static string? PageOfForm(this HttpRequest request) =>
        Uri.TryCreate(request.Headers.Referer, UriKind.Absolute, out var page)
        && page.Scheme == request.Scheme && page.Authority == request.Host.Value
            ? ReturnUrl.Local(page.PathAndQuery)
            : null;
}
