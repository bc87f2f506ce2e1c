using System.Security.Claims;
using AuthDemo.Api.Security;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;

namespace AuthDemo.Api.Refusals;

/// <summary>
/// A refusal as an endpoint's result. It goes through the framework's challenge and forbid, which count it in their meters.
/// </summary>
internal sealed class Refused(Refusal refusal) : IResult
{
    /// <summary>There is no such thing, or the caller must not learn that there is.</summary>
    public static readonly IResult NotFound = new Missing();

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        switch (refusal.Explanation.Status)
        {
            case StatusCodes.Status401Unauthorized:
                var properties = new AuthenticationProperties();
                properties.SetParameter(BearerEvents.RefusalParameter, refusal);
                await httpContext.ChallengeAsync(JwtBearerDefaults.AuthenticationScheme, properties);
                return;
            case StatusCodes.Status403Forbidden:
                await httpContext.ForbidAsync(JwtBearerDefaults.AuthenticationScheme);
                break;
        }

        await httpContext.RequestServices.GetRequiredService<RefusalWriter>().WriteAsync(httpContext, refusal);
    }

    private sealed class Missing : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext) =>
            httpContext.RequestServices.GetRequiredService<RefusalWriter>().WriteNotFoundAsync(httpContext);
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
