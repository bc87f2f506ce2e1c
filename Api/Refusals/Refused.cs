using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;

namespace AuthDemo.Api.Refusals;

/// <summary>
/// A policy's refusal as the request's result. A 401 and a 403 go through the framework's challenge and forbid, which count them in their
/// meters and lead to the <see cref="RefusalWriter"/> as well.
/// </summary>
internal sealed class Refused(Refusal refusal) : IResult
{
    /// <summary>There is no such thing, or the caller must not learn that there is.</summary>
    public static readonly IResult NotFound = new NotFoundResult();

    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Features.Set(refusal);
        return refusal.Explanation.Status switch
        {
            StatusCodes.Status401Unauthorized => httpContext.ChallengeAsync(JwtBearerDefaults.AuthenticationScheme),
            StatusCodes.Status403Forbidden => httpContext.ForbidAsync(JwtBearerDefaults.AuthenticationScheme),
            _ => httpContext.RequestServices.GetRequiredService<RefusalWriter>().WriteAsync(httpContext, refusal),
        };
    }

    private sealed class NotFoundResult : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext) =>
            httpContext.RequestServices.GetRequiredService<RefusalWriter>().WriteNotFoundAsync(httpContext);
    }
}

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

internal static class ResourceAuthorization
{
    /// <summary>Asks a policy about one thing: null where the caller may, else the refusal to answer with.</summary>
    public static async Task<IResult?> RefusalOfAsync(
        this IAuthorizationService authorization, ClaimsPrincipal caller, object resource, string policy)
    {
        var result = await authorization.AuthorizeAsync(caller, resource, policy);
        return result.Succeeded ? null : new Refused(Refusal.Of(result.Failure, policy));
    }
}
