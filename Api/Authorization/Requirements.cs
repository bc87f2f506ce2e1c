using System.Globalization;
using System.Security.Claims;
using AuthDemo.Api.Building;
using AuthDemo.Api.Refusals;
using AuthDemo.ServiceDefaults;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;

namespace AuthDemo.Api.Authorization;

/// <summary>A requirement of a policy. Each is its own handler, and succeeds or fails with a reason.</summary>
internal static class Requirements
{
    /// <summary>
    /// Requires a valid access token. The policy names the scheme, so endpoints without such a policy do not read tokens.
    /// </summary>
    public static AuthorizationPolicyBuilder RequireBadge(this AuthorizationPolicyBuilder policy) =>
        policy.AddAuthenticationSchemes(JwtBearerDefaults.AuthenticationScheme).RequireAuthenticatedUser();

    /// <summary>Requires a role, like the framework's RequireRole, but with a reason.</summary>
    public static AuthorizationPolicyBuilder RequireRoleNamed(this AuthorizationPolicyBuilder policy, string role) =>
        policy.AddRequirements(new Role(role));

    /// <summary>Requires a scope (RFC 9068, section 2.2.3).</summary>
    public static AuthorizationPolicyBuilder RequireScope(this AuthorizationPolicyBuilder policy, string scope) =>
        policy.AddRequirements(new Scope(scope));

    /// <summary>Requires a recent login (RFC 9470). A login in the future, beyond the clock skew, is not accepted.</summary>
    public static AuthorizationPolicyBuilder RequireRecentLogin(
        this AuthorizationPolicyBuilder policy, AuthenticationTimes times, TimeProvider time) =>
        policy.AddRequirements(new RecentLogin(times.MaxLoginAge, times.ClockSkew, time));

    /// <summary>Requires an authentication level (RFC 9470). Levels have no order, so <c>acr</c> has to be equal.</summary>
    public static AuthorizationPolicyBuilder RequireAcr(this AuthorizationPolicyBuilder policy, string acr) =>
        policy.AddRequirements(new Acr(acr));

    public static AuthorizationPolicyBuilder RequireNetwork(this AuthorizationPolicyBuilder policy, OfficeNetwork network) =>
        policy.AddRequirements(new Network(network));

    /// <summary>Requires the room's group.</summary>
    public static AuthorizationPolicyBuilder RequireGroup(this AuthorizationPolicyBuilder policy) => policy.AddRequirements(new Group());

    /// <summary>Requires the owner of the resource, or a role if one is named.</summary>
    public static AuthorizationPolicyBuilder RequireOwner(this AuthorizationPolicyBuilder policy, string reason, string? orRole = null) =>
        policy.AddRequirements(new Owner(reason, orRole));

    private abstract class Requirement : IAuthorizationRequirement, IAuthorizationHandler
    {
        public Task HandleAsync(AuthorizationHandlerContext context)
        {
            if (Check(context) is { } refusal) context.Fail(new Denial(this, refusal));
            else context.Succeed(this);
            return Task.CompletedTask;
        }

        /// <summary>Returns why the requirement is not met; null if it is.</summary>
        protected abstract Refusal? Check(AuthorizationHandlerContext context);

        protected static Fact RolesOf(ClaimsPrincipal user) => new(new { Roles = user.Roles() }, Fact.List("roles", user.Roles()));
    }

    private sealed class Role(string role) : Requirement
    {
        private const string OtherRoles =
            "The token has roles in Keycloak's realm_access or resource_access only, and this API reads the claim roles: "
            + "let a protocol mapper of the client write them there (token claim name: roles).";

        protected override Refusal? Check(AuthorizationHandlerContext context) =>
            context.User.IsInRole(role)
                ? null
                : new Refusal(Reasons.RoleMissing)
                {
                    Required = new(new { Role = role }, $"role {role}"),
                    Actual = RolesOf(context.User),
                    Hint = HasOthers(context.User) ? OtherRoles : null,
                };

        private static bool HasOthers(ClaimsPrincipal user) =>
            !user.HasClaim(claim => claim.Type == "roles") && user.HasClaim(claim => claim.Type is "realm_access" or "resource_access");
    }

    private sealed class Scope(string scope) : Requirement
    {
        protected override Refusal? Check(AuthorizationHandlerContext context) =>
            context.User.Scopes() is var scopes && scopes.Contains(scope)
                ? null
                : new Refusal(Reasons.ScopeMissing)
                {
                    Required = new(new { Scope = scope }, $"scope {scope}"),
                    Actual = new(new { Scopes = scopes }, Fact.List("scopes", scopes)),
                    Challenge = $"scope=\"{scope}\"",
                };
    }

    private sealed class RecentLogin(TimeSpan maxAge, TimeSpan clockSkew, TimeProvider time) : Requirement
    {
        protected override Refusal? Check(AuthorizationHandlerContext context)
        {
            var authenticatedAt = context.User.TimeOf("auth_time");
            var age = time.GetUtcNow() - authenticatedAt;
            if (age <= maxAge && age >= -clockSkew) return null;

            var seconds = (int)maxAge.TotalSeconds;
            var refusal = new Refusal(Reasons.LoginTooOld)
            {
                Required = new(new { MaxAge = seconds }, $"a login at most {seconds} s old"),
                Actual = new(new { AuthenticatedAt = authenticatedAt }, InWords(age)),
            };
            // A new login would be in the future, too, so the challenge requests none.
            return age < TimeSpan.Zero
                ? refusal with
                {
                    Detail = $"The login is {(long)-age.Value.TotalSeconds} s in the future.",
                    Hint = "The clocks of this API and the identity provider differ by at least as much: set them right. "
                        + "Another login does not help.",
                }
                : refusal with { Challenge = $"max_age=\"{seconds}\"" };
        }

        private static string InWords(TimeSpan? age) => age switch
        {
            null => "no login time",
            { Ticks: < 0 } => $"a login {(long)-age.Value.TotalSeconds} s in the future",
            { TotalSeconds: var seconds } => $"a login of {(long)seconds} s ago",
        };
    }

    private sealed class Acr(string acr) : Requirement
    {
        protected override Refusal? Check(AuthorizationHandlerContext context) =>
            context.User.FindFirstValue("acr") is var actual && actual == acr
                ? null
                : new Refusal(Reasons.SecondFactorMissing)
                {
                    Required = new(new { Acr = acr }, $"acr {acr}"),
                    Actual = new(new { Acr = actual }, $"acr {actual ?? "missing"}"),
                    Challenge = $"acr_values=\"{acr}\"",
                };
    }

    private sealed class Network(OfficeNetwork network) : Requirement
    {
        protected override Refusal? Check(AuthorizationHandlerContext context)
        {
            var address = (context.Resource as HttpContext)?.Connection.RemoteIpAddress;
            return network.Contains(address)
                ? null
                : new Refusal(Reasons.NetworkNotAllowed)
                {
                    Required = new(new { Network = "office" }, "the office network"),
                    Actual = new(new { Address = address?.ToString() }, $"address {address?.ToString() ?? "unknown"}"),
                };
        }
    }

    private sealed class Group : Requirement
    {
        protected override Refusal? Check(AuthorizationHandlerContext context)
        {
            var (group, groups) = ((context.Resource as Room)?.Group, context.User.Groups());
            return groups.Contains(group)
                ? null
                : new Refusal(Reasons.GroupMissing)
                {
                    Required = new(new { Group = group }, $"group {group}"),
                    Actual = new(new { Groups = groups }, Fact.List("groups", groups)),
                };
        }
    }

    private sealed class Owner(string reason, string? orRole) : Requirement
    {
        protected override Refusal? Check(AuthorizationHandlerContext context)
        {
            var isOwner = context.Resource is IOwned { Owner: var owner } && context.User.HasClaim("sub", owner);
            return isOwner || (orRole is not null && context.User.IsInRole(orRole))
                ? null
                : new Refusal(reason)
                {
                    Required = new(new { Owner = true, Role = orRole }, orRole is null ? "the owner" : $"the owner or role {orRole}"),
                    Actual = new(
                        new { Owner = false, Roles = context.User.Roles() },
                        $"{Fact.List("roles", context.User.Roles())}, and is not the owner"),
                };
        }
    }
}

/// <summary>Reads the claims of an accepted token (RFC 9068, section 2.2).</summary>
internal static class CallerClaims
{
    public static string[] Roles(this ClaimsPrincipal caller) => [.. caller.FindAll("roles").Select(claim => claim.Value)];

    public static string[] Groups(this ClaimsPrincipal caller) => [.. caller.FindAll("groups").Select(claim => claim.Value)];

    /// <summary>A space-separated string (RFC 8693, section 4.2).</summary>
    public static string[] Scopes(this ClaimsPrincipal caller) =>
        caller.FindFirstValue("scope")?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];

    /// <summary>A NumericDate (RFC 7519, section 2); null if missing or invalid.</summary>
    public static DateTimeOffset? TimeOf(this ClaimsPrincipal caller, string claim) =>
        double.TryParse(caller.FindFirstValue(claim), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
            ? UnverifiedToken.Time(seconds)
            : null;
}
