using AuthDemo.Api.Refusals;
using AuthDemo.ServiceDefaults;
using Microsoft.AspNetCore.Authentication.JwtBearer;

namespace AuthDemo.Api.Authentication;

/// <summary>Hands JwtBearer the one credential of a request, and answers in its place where it refuses.</summary>
internal sealed class BearerEvents(RefusalWriter refusals) : JwtBearerEvents
{
    public override async Task MessageReceived(MessageReceivedContext context)
    {
        try
        {
            var (token, refusal) = await RequestCredentials.ReadAsync(context.Request);
            if (token is not null) context.Token = token;
            else if (refusal is { Reason: Reasons.NoCredentials }) context.NoResult();
            else context.Fail(new CredentialRefusedException(refusal!));
        }
        catch (BadHttpRequestException exception)
        {
            context.Fail(exception); // thrown on, it would be logged as an error of this application
        }
    }

    /// <summary>What authentication refuses: a 401, or a 400 or 503 about the credentials.</summary>
    public override async Task Challenge(JwtBearerChallengeContext context)
    {
        // A body that is too large or never came is 413 or 408, and says nothing about the token.
        if (context.AuthenticateFailure is BadHttpRequestException exception) throw exception;

        context.HandleResponse();
        await refusals.WriteAsync(context.HttpContext, context.AuthenticateFailure switch
        {
            null => (await RequestCredentials.ReadAsync(context.Request)).Refusal!,
            CredentialRefusedException refused => refused.Refusal,
            // A bug in this application, which JwtBearer kept as the result: no word about the token.
            var failure => throw new InvalidOperationException("The token could not be checked.", failure),
        });
    }
}
