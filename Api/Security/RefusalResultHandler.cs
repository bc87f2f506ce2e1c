using AuthDemo.Api.Refusals;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;

namespace AuthDemo.Api.Security;

/// <summary>Turns what the policy before an endpoint has decided into the endpoint, a challenge or a refusal.</summary>
internal sealed class RefusalResultHandler : IAuthorizationMiddlewareResultHandler
{
    public Task HandleAsync(
        RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        if (authorizeResult.Succeeded) return next(context);
        if (authorizeResult.Challenged) return context.ChallengeAsync(JwtBearerDefaults.AuthenticationScheme);

        var name = context.GetEndpoint()?.Metadata.GetMetadata<IAuthorizeData>()?.Policy;
        return new Refused(Refusal.Of(authorizeResult.AuthorizationFailure, name)).ExecuteAsync(context);
    }
}
