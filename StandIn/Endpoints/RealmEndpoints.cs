using AuthDemo.StandIn.Pages;
using AuthDemo.StandIn.Realms;
using Microsoft.AspNetCore;
using OpenIddict.Abstractions;

namespace AuthDemo.StandIn.Endpoints;

/// <summary>Keycloak's routes, under the names that its spans have.</summary>
internal static class RealmEndpoints
{
    public static void MapRealms(this IEndpointRouteBuilder routes)
    {
        var realm = routes.MapGroup("/realms/{realm}");
        var protocol = realm.MapGroup("/protocol/{protocol}");

        protocol.MapWithOpenIddict("/auth", AuthorizationEndpoint.HandleAsync);
        protocol.MapWithOpenIddict("/token", TokenEndpoint.HandleAsync);
        protocol.MapWithOpenIddict("/userinfo", UserInfoEndpoint.HandleAsync);
        protocol.MapWithOpenIddict("/logout", LogoutEndpoint.HandleAsync);

        // OpenIddict answers these alone. What arrives here is not one of its addresses.
        realm.Map("/.well-known/{alias}", NotFoundAsync);
        protocol.Map("/certs", NotFoundAsync);
        protocol.Map("/ext/{extension}/request", NotFoundAsync);
        realm.Map("/{**path}", NotFoundAsync);

        realm.MapMethods(LoginEndpoint.Path, [HttpMethods.Get, HttpMethods.Post], LoginEndpoint.HandleAsync);
    }

    /// <summary>
    /// Maps an endpoint that OpenIddict leaves to its host once it has checked the request. What it has refused, and may not send back to a
    /// client, becomes an error page.
    /// </summary>
    private static void MapWithOpenIddict(
        this IEndpointRouteBuilder routes, string path, Func<HttpContext, OpenIddictRequest, Task> handler) => routes.Map(path, context =>
    {
        var realm = context.RequestServices.GetRequiredService<Realm>();
        if (context.GetOpenIddictServerResponse() is { Error: not null } refusal)
            return context.WriteErrorPageAsync(realm, refusal.ErrorDescription ?? refusal.Error);
        return context.GetOpenIddictServerRequest() is { } request ? handler(context, request) : NotFoundAsync(context);
    });

    private static Task NotFoundAsync(HttpContext context) =>
        Results.NotFound(new { error = "Unable to find matching target resource method" }).ExecuteAsync(context);
}
