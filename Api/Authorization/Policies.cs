using AuthDemo.ServiceDefaults;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;

namespace AuthDemo.Api.Authorization;

/// <summary>The authorization policies. Requirements are evaluated in order, and the first that fails provides the reason.</summary>
internal static class Policies
{
    // Evaluated before the endpoint.
    public const string BadgeHolders = nameof(BadgeHolders);
    public const string AdminsOnly = nameof(AdminsOnly);
    public const string VisitorReaders = nameof(VisitorReaders);
    public const string AdminsWithRecentLogin = nameof(AdminsWithRecentLogin);
    public const string SecondFactor = nameof(SecondFactor);

    // Evaluated by the endpoint, for the request or a resource.
    public const string OfficeNetworkOnly = nameof(OfficeNetworkOnly);
    public const string RoomGroup = nameof(RoomGroup);
    public const string LockerOwner = nameof(LockerOwner);
    public const string SafeOwner = nameof(SafeOwner);

    /// <summary>The scope of <see cref="VisitorReaders"/>.</summary>
    public const string VisitorsScope = "visitors:read";

    private const string AdminRole = "admin";

    public static void AddPolicies(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<OfficeNetwork>();
        builder.Services.AddAuthorization();
        builder.Services.AddOptions<AuthorizationOptions>()
            .Configure<TimeProvider, IOptions<AuthenticationTimes>, OfficeNetwork>((options, time, times, office) =>
            {
                options.AddPolicy(BadgeHolders, policy => policy.RequireBadge());
                options.AddPolicy(AdminsOnly, policy => policy.RequireBadge().RequireRoleNamed(AdminRole));
                options.AddPolicy(VisitorReaders, policy => policy.RequireBadge().RequireScope(VisitorsScope));
                options.AddPolicy(AdminsWithRecentLogin, policy =>
                    policy.RequireBadge().RequireRoleNamed(AdminRole).RequireRecentLogin(times.Value, time));
                options.AddPolicy(SecondFactor, policy => policy.RequireBadge().RequireAcr("mfa"));
                options.AddPolicy(OfficeNetworkOnly, policy => policy.RequireNetwork(office));
                options.AddPolicy(RoomGroup, policy => policy.RequireGroup());
                options.AddPolicy(LockerOwner, policy => policy.RequireOwner(Reasons.NotOwner, orRole: AdminRole));
                options.AddPolicy(SafeOwner, policy => policy.RequireOwner(Reasons.Hidden));
                options.InvokeHandlersAfterFailure = false;
            });
    }
}
