namespace AuthDemo.Api;

/// <summary>What holds for every route of the Api.</summary>
internal static class HttpConventions
{
    /// <summary>Lets every GET route of the group answer HEAD too (RFC 9110, section 9.1: a server must support both).</summary>
    public static RouteGroupBuilder AllowHead(this RouteGroupBuilder routes)
    {
        ((IEndpointConventionBuilder)routes).Add(endpoint =>
        {
            if (endpoint.Metadata.OfType<HttpMethodMetadata>().LastOrDefault() is { HttpMethods: ["GET"] })
                endpoint.Metadata.Add(new HttpMethodMetadata([HttpMethods.Get, HttpMethods.Head]));
        });
        return routes;
    }
}
