#nullable enable

using System;
using System.Linq;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AuthTracing;

/// <summary>Extension methods to add decision tracing.</summary>
public static class AuthTracingServices
{
    /// <summary>The key of the decorated services.</summary>
    internal const string Inner = "AuthTracing.Inner";

    private static readonly (Type Service, Type Traced)[] Decorated =
    [
        (typeof(IAuthenticationService), typeof(TracedAuthenticationService)),
        (typeof(IAuthorizationService), typeof(TracedAuthorizationService)),
        (typeof(IPolicyEvaluator), typeof(TracedPolicyEvaluator)),
    ];

    /// <summary>
    /// Decorates the framework's authentication and authorization services with tracing. Can be called repeatedly, before or after
    /// AddAuthentication and AddAuthorization. If the application replaces one of these services, call this afterwards; otherwise a warning
    /// is logged at startup. The spans come from the source <see cref="AuthTracingOptions.SourceName"/>.
    /// </summary>
    public static IServiceCollection AddAuthTracing(this IServiceCollection services, Action<AuthTracingOptions>? configure = null)
    {
        services.AddHttpContextAccessor();
        services.AddAuthenticationCore();
        services.AddAuthorization();
        services.TryAddSingleton<DecisionSpans>();
        if (!services.Any(service => service.ImplementationInstance is RegistrationCheck))
        {
            services.AddOptions<AuthTracingOptions>()
                .Configure<IHostEnvironment>((options, environment) => options.Explain = environment.IsDevelopment());
            services.AddSingleton<IStartupFilter>(new RegistrationCheck(services));
        }

        if (configure is not null) services.Configure(configure);
        foreach (var (service, traced) in Decorated) Decorate(services, service, traced);
        return services;
    }

    /// <summary>Moves the existing registration to a key, for its decorator.</summary>
    private static void Decorate(IServiceCollection services, Type service, Type traced)
    {
        var inner = Find(services, service);
        if (inner.ImplementationType == traced) return;

        services.RemoveAllKeyed(service, Inner);
        services.Add(inner switch
        {
            { ImplementationInstance: { } instance } => new ServiceDescriptor(service, Inner, instance),
            { ImplementationFactory: { } create } =>
                new ServiceDescriptor(service, Inner, (provider, _) => create(provider), inner.Lifetime),
            _ => new ServiceDescriptor(service, Inner, inner.ImplementationType!, inner.Lifetime),
        });
        services[services.IndexOf(inner)] = new ServiceDescriptor(service, traced, inner.Lifetime);
    }

    /// <summary>The effective registration: the last one without a key.</summary>
    private static ServiceDescriptor Find(IServiceCollection services, Type service) =>
        services.Last(descriptor => descriptor.ServiceType == service && !descriptor.IsKeyedService);

    private sealed class RegistrationCheck(IServiceCollection services) : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            var logger = app.ApplicationServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(AuthTracingServices));
            foreach (var (service, traced) in Decorated)
            {
                if (Find(services, service).ImplementationType == traced) continue;
                logger.LogWarning(
                    "{Service} was registered after AddAuthTracing, so its decisions have no spans: call AddAuthTracing again, after it.",
                    service);
            }

            next(app);
        };
    }
}
