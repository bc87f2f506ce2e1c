namespace AuthDemo.Api;

/// <summary>Conventions for all routes.</summary>
internal static class HttpConventions
{
    /// <summary>Adds HEAD to the group's GET routes (RFC 9110, section 9.1: a server must support both).</summary>
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
