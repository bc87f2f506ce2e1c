using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AuthDemo.ServiceDefaults.AuthTracing;

/// <summary>Makes visible who decided about a request.</summary>
public static class EndpointTracing
{
    /// <summary>
    /// Gives each endpoint that is reached a span of its own, <c>endpoint {METHOD} {route}</c>. Call it after <c>UseAuthorization</c>: a
    /// request
    /// that was refused before has none.
    /// </summary>
    public static IApplicationBuilder UseEndpointTracing(this IApplicationBuilder app) => app.Use(async (HttpContext context, RequestDelegate next) =>
    {
        if (RouteOf(context.GetEndpoint()) is not { } route)
        {
            await next(context);
            return;
        }

        var name = $"{context.Request.Method} {route}";
        Decision.Note(context, new Decision(Steps.Endpoint, name, Outcome: null));
        using (AuthSource.Source.StartActivity($"{Steps.Endpoint} {name}"))
            await next(context);
    });

    /// <summary>
    /// Puts the tracing services in front of the framework's. The framework adds its own with TryAdd, so it does not matter whether the
    /// application calls AddAuthentication and AddAuthorization before or after.
    /// </summary>
    internal static void AddAuthTracing(this IServiceCollection services)
    {
        services.AddHttpContextAccessor();
        services.AddAuthentication();
        services.AddAuthorization();
        services.Decorate<IAuthenticationService, TracedAuthenticationService>();
        services.Decorate<IAuthorizationService, TracedAuthorizationService>();
    }

    private static string? RouteOf(Endpoint? endpoint) =>
        (endpoint as RouteEndpoint)?.RoutePattern.RawText is { } pattern ? "/" + pattern.TrimStart('/') : null;

    private static void Decorate<TService, TDecorator>(this IServiceCollection services)
        where TService : class
        where TDecorator : class, TService
    {
        var inner = services.Last(service => service.ServiceType == typeof(TService));
        services.Replace(ServiceDescriptor.Describe(
            typeof(TService),
            provider => ActivatorUtilities.CreateInstance<TDecorator>(provider, (TService)(inner.ImplementationFactory?.Invoke(provider)
                ?? ActivatorUtilities.CreateInstance(provider, inner.ImplementationType!))),
            inner.Lifetime));
    }
}
