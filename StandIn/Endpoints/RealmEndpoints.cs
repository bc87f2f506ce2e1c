using AuthDemo.StandIn.Pages;
using Microsoft.AspNetCore;
using OpenIddict.Server.AspNetCore;

namespace AuthDemo.StandIn.Endpoints;

/// <summary>Keycloak's routes, under the names that its spans have.</summary>
internal static class RealmEndpoints
{
    /// <summary>OpenIddict's operations are those of an authentication scheme: to issue a code or tokens is to sign in.</summary>
    public const string OpenIddict = OpenIddictServerAspNetCoreDefaults.AuthenticationScheme;

    public static void MapRealms(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/", () => "A development stand-in for Keycloak. Start at the application, not here.");

        var realm = routes.MapGroup("/realms/{realm}");
        var protocol = realm.MapGroup("/protocol/{protocol}");

        // What OpenIddict leaves to its host once it has checked the request.
        var openIddict = protocol.MapGroup("").AddEndpointFilter(RefuseAsync);
        openIddict.Map("/auth", AuthorizationEndpoint.Handle);
        openIddict.Map("/token", TokenEndpoint.HandleAsync);
        openIddict.Map("/userinfo", UserInfoEndpoint.HandleAsync);
        openIddict.Map("/logout", LogoutEndpoint.HandleAsync);

        // OpenIddict answers these alone. What arrives here is not one of its addresses.
        realm.Map("/.well-known/{alias}", NotFound);
        protocol.Map("/certs", NotFound);
        protocol.Map("/ext/{extension}/request", NotFound);
        realm.Map("/{**path}", NotFound);

        realm.MapMethods(LoginEndpoint.Path, [HttpMethods.Get, HttpMethods.Post], LoginEndpoint.Handle);
    }

    /// <summary>What OpenIddict has refused, and may not send back to a client, becomes an error page.</summary>
    private static async ValueTask<object?> RefuseAsync(EndpointFilterInvocationContext invocation, EndpointFilterDelegate next)
    {
        var context = invocation.HttpContext;
        if (context.GetOpenIddictServerResponse() is { Error: not null } refusal)
            return Page.OfError(context, refusal.ErrorDescription ?? refusal.Error);
        return context.GetOpenIddictServerRequest() is null ? NotFound() : await next(invocation);
    }

    private static IResult NotFound() => Results.NotFound(new { error = "Unable to find matching target resource method" });
}
