using AuthDemo.Api.Refusals;
using AuthDemo.ServiceDefaults;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.Tokens;

namespace AuthDemo.Api.Authentication;

/// <summary>
/// Adds to JwtBearer the reason of each refusal. It never accepts a token: nothing here sets a principal or calls Success.
/// </summary>
internal sealed class BearerEvents(RefusalWriter refusals) : JwtBearerEvents
{
    /// <summary>Before JwtBearer: where the request brought credentials, and how many.</summary>
    public override async Task MessageReceived(MessageReceivedContext context)
    {
        RequestCredentials credentials;
        try
        {
            credentials = await RequestCredentials.ReadAsync(context.HttpContext);
        }
        catch (BadHttpRequestException exception)
        {
            context.Fail(exception); // thrown on, it would be logged as an error of this program
            return;
        }

        if (credentials.AreMany) context.Fail(new CredentialRefusedException(Reasons.MultipleCredentials));
        else if (credentials.Token is null) context.NoResult();
        else context.Token = credentials.Token;
    }

    /// <summary>
    /// JwtBearer's exception as a reason; its message stays here, for it may quote the token. What is not about the token stays as it is.
    /// </summary>
    public override Task AuthenticationFailed(AuthenticationFailedContext context)
    {
        if (ReasonOf(context.Exception) is { } reason)
            context.Fail(context.Exception as CredentialRefusedException ?? new CredentialRefusedException(reason));
        return Task.CompletedTask;
    }

    /// <summary>Every 401, and what else authentication refuses: a policy's refusal, or that of the credentials.</summary>
    public override async Task Challenge(JwtBearerChallengeContext context)
    {
        // A body that is too large or never came is 413 or 408, and says nothing about the token.
        if (context.AuthenticateFailure is BadHttpRequestException exception) throw exception;

        context.HandleResponse();
        var refusal = Refusal.Of(context.HttpContext) ?? context.AuthenticateFailure switch
        {
            null => new Refusal(Reasons.NoCredentials) { Detail = (await RequestCredentials.ReadAsync(context.HttpContext)).Absence },
            CredentialRefusedException { Reason: var reason } =>
                new Refusal(reason) { Required = RequiredFor(reason, context.Options.TokenValidationParameters) },
            // A mistake of this program, which JwtBearer kept as the result: no word about the token.
            var failure => throw new InvalidOperationException("The token could not be checked.", failure),
        };
        await refusals.WriteAsync(context.HttpContext, refusal);
    }

    /// <summary>Every 403: a policy's refusal.</summary>
    public override Task Forbidden(ForbiddenContext context) =>
        refusals.WriteAsync(context.HttpContext, Refusal.Of(context.HttpContext)
            ?? throw new InvalidOperationException("A request was forbidden without a refusal: answer with Refused instead."));

    private static string? ReasonOf(Exception exception) => exception switch
    {
        CredentialRefusedException refused => refused.Reason,
        SecurityTokenInvalidAlgorithmException => Reasons.AlgorithmNotAllowed,
        SecurityTokenInvalidTypeException => Reasons.WrongTokenType,
        SecurityTokenInvalidIssuerException => Reasons.WrongIssuer,
        SecurityTokenInvalidAudienceException => Reasons.WrongAudience,
        SecurityTokenExpiredException => Reasons.TokenExpired,
        SecurityTokenNotYetValidException => Reasons.TokenNotYetValid,
        SecurityTokenSignatureKeyNotFoundException => Reasons.UnknownKey,
        SecurityTokenInvalidSignatureException => Reasons.BadSignature,
        SecurityTokenException or ArgumentException => Reasons.MalformedToken,
        _ => null,
    };

    /// <summary>What a good token would have had. What the bad one had instead is not told.</summary>
    private static RequiredToken? RequiredFor(string reason, TokenValidationParameters rules) => reason switch
    {
        Reasons.AlgorithmNotAllowed or Reasons.UnsignedToken => new RequiredToken { Algorithms = rules.ValidAlgorithms },
        Reasons.WrongTokenType => new RequiredToken { Type = rules.ValidTypes.First() },
        Reasons.WrongIssuer => new RequiredToken { Issuer = rules.ValidIssuer },
        Reasons.WrongAudience => new RequiredToken { Audience = rules.ValidAudience },
        _ => null,
    };
}
