using System.Runtime.ExceptionServices;
using AuthDemo.Api.Refusals;
using AuthDemo.ServiceDefaults;
using Microsoft.AspNetCore.Authentication.JwtBearer;

namespace AuthDemo.Api.Authentication;

/// <summary>Hands JwtBearer the one credential of a request, and answers in its place where it refuses.</summary>
internal sealed class BearerEvents(RefusalWriter refusals) : JwtBearerEvents
{
    public override async Task MessageReceived(MessageReceivedContext context)
    {
        var (token, failure) = await RequestCredentials.ReadAsync(context.Request);
        if (token is not null) context.Token = token;
        else if (failure is CredentialRefusedException { Refusal.Reason: Reasons.NoCredentials }) context.NoResult();
        else context.Fail(failure!);
    }

    /// <summary>What authentication refuses: a 401, or a 400 or 503 about the credentials.</summary>
    public override async Task Challenge(JwtBearerChallengeContext context)
    {
        context.HandleResponse();
        var failure = context.AuthenticateFailure ?? (await RequestCredentials.ReadAsync(context.Request)).Failure;
        if (failure is CredentialRefusedException refused) await refusals.WriteAsync(context.HttpContext, refused.Refusal);
        // A form that is too large or never came, or a bug here: the exception handler's 413, 408 or 500, without a word about the token.
        else ExceptionDispatchInfo.Throw(failure!);
    }
}
