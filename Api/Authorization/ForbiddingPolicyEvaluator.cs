using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;

namespace AuthDemo.Api.Authorization;

/// <summary>
/// The framework answers every refusal of an anonymous caller with a challenge. A policy that asks for no identity has to forbid
/// instead: a 401 would send the caller to a login that cannot help.
/// </summary>
internal sealed class ForbiddingPolicyEvaluator(IAuthorizationService authorization) : PolicyEvaluator(authorization)
{
    private readonly IAuthorizationService authorization = authorization;

    public override async Task<PolicyAuthorizationResult> AuthorizeAsync(
        AuthorizationPolicy policy, AuthenticateResult authenticationResult, HttpContext context, object? resource)
    {
        if (policy.AuthenticationSchemes.Count > 0) return await base.AuthorizeAsync(policy, authenticationResult, context, resource);

        var result = await authorization.AuthorizeAsync(context.User, resource, policy);
        return result.Succeeded ? PolicyAuthorizationResult.Success() : PolicyAuthorizationResult.Forbid(result.Failure);
    }
}
