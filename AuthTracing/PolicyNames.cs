#nullable enable

using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Infrastructure;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Authorization;
using Microsoft.AspNetCore.Mvc.Filters;

namespace AuthTracing;

/// <summary>
/// Policy names from the endpoint's metadata, since a combined policy has none: <c>AdminsOnly</c>, <c>roles admin</c>, <c>default</c>,
/// <c>fallback</c>, several joined by <c>+</c>. A policy without a name is named after its requirements.
/// </summary>
internal static class PolicyNames
{
    private const string Fallback = "fallback";

    private static readonly ConditionalWeakTable<Endpoint, string> ByEndpoint = [];

    /// <summary>The name of the policy of an endpoint.</summary>
    public static string Of(AuthorizationPolicy policy, HttpContext context, object? resource)
    {
        if (resource is HttpContext or Endpoint)
            return context.GetEndpoint() is { } endpoint ? ByEndpoint.GetValue(endpoint, OfEndpoint) : Fallback;
        return OfFilters(resource) ?? Of(policy.Requirements);
    }

    /// <summary>The name of the policy of a method's or a component's attributes.</summary>
    public static string Of(IEnumerable<IAuthorizeData> data) => Join(data.SelectMany(Of));

    /// <summary>The name of requirements without a policy.</summary>
    public static string Of(IEnumerable<IAuthorizationRequirement> requirements)
    {
        // DenyAnonymousAuthorizationRequirement is omitted if there are others.
        var names = Join(requirements.Where(requirement => requirement is not DenyAnonymousAuthorizationRequirement).Select(Of));
        return names.Length > 0 ? names : "authenticated";
    }

    private static string OfEndpoint(Endpoint endpoint)
    {
        var data = endpoint.Metadata.GetOrderedMetadata<IAuthorizeData>();
        var policies = endpoint.Metadata.GetOrderedMetadata<AuthorizationPolicy>();
        var requirements = endpoint.Metadata.GetOrderedMetadata<IAuthorizationRequirementData>();
        if (data.Count + policies.Count + requirements.Count == 0) return Fallback;

        // RequireAuthorization(policy) adds an attribute without a name next to its policy, which does not mean the default policy.
        var named = policies.Count == 0 ? data : data.Where(attribute => attribute is { Policy: not null } or { Roles: not null });
        var names = named.SelectMany(Of).Concat(policies.Select(policy => Of(policy.Requirements)));
        return Join(requirements.Count == 0 ? names : names.Append(Of(requirements.SelectMany(attribute => attribute.GetRequirements()))));
    }

    // Effective filters have lost the policy's name; the action's declared filters have it.
    private static string? OfFilters(object? resource) =>
        resource is AuthorizationFilterContext { ActionDescriptor.FilterDescriptors: var filters }
        && Join(filters.SelectMany(descriptor => Of(descriptor.Filter))) is { Length: > 0 } names
            ? names
            : null;

    private static IEnumerable<string> Of(IFilterMetadata filter) => filter switch
    {
        AuthorizeFilter { AuthorizeData: { } data } => data.SelectMany(Of),
        AuthorizeFilter { Policy: { } policy } => [Of(policy.Requirements)],
        TypeFilterAttribute { Arguments: [string policy] } type when type.ImplementationType == typeof(AuthorizeFilter) => [policy],
        _ => [],
    };

    private static IEnumerable<string> Of(IAuthorizeData attribute)
    {
        if (attribute.Policy is { Length: > 0 } policy) yield return policy;
        if (attribute.Roles is { Length: > 0 } roles) yield return "roles " + roles;
        if (attribute is { Policy: null or "", Roles: null or "" }) yield return "default";
    }

    private static string Of(IAuthorizationRequirement requirement) => requirement switch
    {
        DenyAnonymousAuthorizationRequirement => "authenticated",
        RolesAuthorizationRequirement roles => "roles " + string.Join(',', roles.AllowedRoles),
        ClaimsAuthorizationRequirement claim => "claim " + claim.ClaimType,
        NameAuthorizationRequirement => "name",
        AssertionRequirement => "assertion",
        OperationAuthorizationRequirement { Name: { Length: > 0 } operation } => operation,
        _ => AuthReasons.WordOf(requirement.GetType()),
    };

    private static string Join(IEnumerable<string> names) => string.Join('+', names.Distinct());
}
