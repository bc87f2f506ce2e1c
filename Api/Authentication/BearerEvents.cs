using System.Runtime.ExceptionServices;
using AuthDemo.Api.Refusals;
using AuthDemo.ServiceDefaults;
using Microsoft.AspNetCore.Authentication.JwtBearer;

namespace AuthDemo.Api.Authentication;

/// <summary>Passes the request's credential to JwtBearer, and writes the response if it is rejected.</summary>
internal sealed class BearerEvents(RefusalWriter refusals) : JwtBearerEvents
{
    public override async Task MessageReceived(MessageReceivedContext context)
    {
        var (token, failure) = await RequestCredentials.ReadAsync(context.Request);
        if (token is not null) context.Token = token;
        else if (failure is CredentialRefusedException { Refusal.Reason: Reasons.NoCredentials }) context.NoResult();
        else context.Fail(failure!);
    }

    /// <summary>Writes the 401, or the 400 or 503 for the credentials.</summary>
    public override async Task Challenge(JwtBearerChallengeContext context)
    {
        context.HandleResponse();
        var failure = context.AuthenticateFailure ?? (await RequestCredentials.ReadAsync(context.Request)).Failure;
        if (failure is CredentialRefusedException refused) await refusals.WriteAsync(context.HttpContext, refused.Refusal);
        // Not about the token: a form that is too large or timed out, or a bug. The exception handler returns 413, 408 or 500.
        else ExceptionDispatchInfo.Throw(failure!);
    }
}
