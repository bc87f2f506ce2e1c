namespace AuthDemo.Api;

/// <summary>What holds for every request and every response of the Api, besides the HTTP defaults.</summary>
internal static class HttpConventions
{
    /// <summary>Nobody keeps an answer that depends on who asks (RFC 9111, section 5.2.2.5).</summary>
    public static void UseNoStore(this WebApplication app) => app.Use(static (HttpContext context, RequestDelegate next) =>
    {
        context.Response.OnStarting(static state =>
        {
            ((HttpContext)state).Response.Headers.CacheControl = "no-store";
            return Task.CompletedTask;
        }, context);
        return next(context);
    });

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
