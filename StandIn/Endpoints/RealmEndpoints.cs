using AuthDemo.StandIn.Pages;
using Microsoft.AspNetCore;
using OpenIddict.Server.AspNetCore;

namespace AuthDemo.StandIn.Endpoints;

/// <summary>Maps Keycloak's routes, with the names that its spans have.</summary>
internal static class RealmEndpoints
{
    /// <summary>OpenIddict is an authentication scheme: signing in issues a code or tokens.</summary>
    public const string OpenIddict = OpenIddictServerAspNetCoreDefaults.AuthenticationScheme;

    public static void MapRealms(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/", () => "A development stand-in for Keycloak. Start at the application, not here.");

        var realm = routes.MapGroup("/realms/{realm}");
        var protocol = realm.MapGroup("/protocol/{protocol}");

        // Endpoints that OpenIddict passes through after validating the request.
        var openIddict = protocol.MapGroup("").AddEndpointFilter(RefuseAsync);
        openIddict.Map("/auth", AuthorizationEndpoint.Handle);
        openIddict.Map("/token", TokenEndpoint.HandleAsync);
        openIddict.Map("/userinfo", UserInfoEndpoint.HandleAsync);
        openIddict.Map("/logout", LogoutEndpoint.HandleAsync);

        // Handled by OpenIddict; other paths are not found.
        realm.Map("/.well-known/{alias}", NotFound);
        protocol.Map("/certs", NotFound);
        protocol.Map("/ext/{extension}/request", NotFound);
        realm.Map("/{**path}", NotFound);

        realm.MapMethods(LoginEndpoint.Path, [HttpMethods.Get, HttpMethods.Post], LoginEndpoint.Handle);
    }

    /// <summary>Shows an error page for a rejected request that cannot be returned to the client.</summary>
    private static async ValueTask<object?> RefuseAsync(EndpointFilterInvocationContext invocation, EndpointFilterDelegate next)
    {
        var context = invocation.HttpContext;
        if (context.GetOpenIddictServerResponse() is { Error: not null } refusal)
            return Page.OfError(context, refusal.ErrorDescription ?? refusal.Error);
        return context.GetOpenIddictServerRequest() is null ? NotFound() : await next(invocation);
    }

    private static IResult NotFound() => Results.NotFound(new { error = "Unable to find matching target resource method" });
}
