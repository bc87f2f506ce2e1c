using AuthDemo.ServiceDefaults;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.Mvc;

namespace AuthDemo.Api.Refusals;

/// <summary>
/// Answers every refused request, and records it. The authorization middleware calls it for a policy before an endpoint, a
/// <see cref="Refusal"/> for an endpoint, and JwtBearer's challenge for authentication.
/// </summary>
internal sealed class RefusalWriter(
    RefusalLog log,
    Challenges challenges,
    ProblemWriter problems,
    IHostEnvironment environment) : IAuthorizationMiddlewareResultHandler
{
    private readonly bool explains = environment.IsDevelopment();

    /// <summary>The endpoint, a challenge or a refusal: whatever the policy before the endpoint has decided.</summary>
    public Task HandleAsync(
        RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        if (authorizeResult.Succeeded) return next(context);
        if (authorizeResult.Challenged) return context.ChallengeAsync(JwtBearerDefaults.AuthenticationScheme);

        var name = context.GetEndpoint()?.Metadata.GetMetadata<IAuthorizeData>()?.Policy;
        return WriteAsync(context, Refusal.Of(authorizeResult.AuthorizationFailure, name));
    }

    public Task WriteAsync(HttpContext context, Refusal refusal)
    {
        if (refusal.Reason != Reasons.NotFound)
            log.Refused(context, context.GetEndpoint(), Reasons.Of(refusal.Reason).Status, refusal.Reason, refusal.Policy);
        if (refusal.Reason == Reasons.Hidden) refusal = Refusal.NotFound;

        var row = Reasons.Of(refusal.Reason);
        if (row.HasChallenge) context.Response.Headers.WWWAuthenticate = challenges.Of(context, refusal);

        var problem = new ProblemDetails { Extensions = { ["reason"] = refusal.Reason } };
        if (explains)
        {
            problem.Detail = refusal.Detail ?? row.Detail;
            problem.Extensions["hint"] = refusal.Hint ?? row.Hint;
            problem.Extensions["decidedBy"] = row.DecidedBy;
            if (refusal.Policy is not null) problem.Extensions["policy"] = refusal.Policy;
            if (refusal.Required is not null) problem.Extensions["required"] = refusal.Required;
            if (refusal.Actual is not null) problem.Extensions["actual"] = refusal.Actual;
        }

        context.Response.StatusCode = row.Status;
        return problems.WriteAsync(context, problem).AsTask();
    }
}
