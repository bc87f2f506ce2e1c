namespace AuthDemo.Web.Http;

/// <summary>Sets of methods that belong together.</summary>
internal static class RequestMethods
{
    /// <summary>RFC 9110, section 9.1: the two that every server must support.</summary>
    public static readonly string[] Read = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>Lets pages be read and nothing else: every form has an address of its own.</summary>
    public static TBuilder ReadOnly<TBuilder>(this TBuilder pages) where TBuilder : IEndpointConventionBuilder
    {
        pages.Add(endpoint => endpoint.Metadata.Add(new HttpMethodMetadata(Read)));
        return pages;
    }
}
