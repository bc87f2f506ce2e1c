using AuthDemo.Api.Intercom;
using AuthDemo.ServiceDefaults;
using AuthDemo.ServiceDefaults.AuthTracing;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AuthDemo.Api.Security;

/// <summary>
/// Who may do what. A policy's requirements are checked in the order in which they stand here, and the first that fails names the reason.
/// </summary>
internal static class Policies
{
    // Before the endpoint.
    public const string BadgeHolders = nameof(BadgeHolders);
    public const string AdminsOnly = nameof(AdminsOnly);
    public const string VisitorReaders = nameof(VisitorReaders);
    public const string AdminsWithRecentLogin = nameof(AdminsWithRecentLogin);
    public const string OfficeNetworkOnly = nameof(OfficeNetworkOnly);

    // Within an endpoint, about one thing that it has found.
    public const string RoomGroup = nameof(RoomGroup);
    public const string LockerOwner = nameof(LockerOwner);
    public const string SafeOwner = nameof(SafeOwner);

    public static void AddPolicies(this WebApplicationBuilder builder)
    {
        var maxLoginAge = builder.Configuration.GetTimeSpan("Authentication:MaxLoginAge", TimeSpan.FromMinutes(1), least: TimeSpan.FromSeconds(1));
        var officeNetwork = OfficeNetwork.From(builder.Configuration);
        var proxies = OfficeNetwork.ProxiesFrom(builder.Configuration);

        builder.Services.AddAuthorizationBuilder()
            .AddPolicy(BadgeHolders, policy => policy.RequireBadge())
            .AddPolicy(AdminsOnly, policy => policy.RequireBadge().RequireAdmin())
            .AddPolicy(VisitorReaders, policy => policy.RequireBadge().RequireScope("visitors:read"))
            .AddPolicy(AdminsWithRecentLogin, policy => policy.RequireBadge().RequireAdmin().RequireLogin(maxLoginAge))
            .AddPolicy(OfficeNetworkOnly, policy => policy.RequireNetwork(officeNetwork))
            .AddPolicy(RoomGroup, policy => policy.RequireGroup())
            .AddPolicy(LockerOwner, policy => policy.RequireOwner(Reasons.NotOwner, orRole: "admin"))
            .AddPolicy(SafeOwner, policy => policy.RequireOwner(Reasons.Hidden));

        builder.Services.Configure<AuthorizationOptions>(options => options.InvokeHandlersAfterFailure = false);
        builder.Services.Configure<ForwardedHeadersOptions>(options => OfficeNetwork.Believe(proxies, options));
        builder.Services.Replace(ServiceDescriptor.Transient<IPolicyEvaluator, ForbiddingPolicyEvaluator>());
        builder.Services.AddAuthTracing(); // once more, for it has to stand in front of this evaluator too
        builder.Services.AddSingleton<IAuthorizationMiddlewareResultHandler, RefusalResultHandler>();
    }
}
