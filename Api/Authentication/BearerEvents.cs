using AuthDemo.Api.Refusals;
using AuthDemo.ServiceDefaults;
using AuthTracing;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.Tokens;

namespace AuthDemo.Api.Authentication;

/// <summary>
/// Adds to JwtBearer the reason of each refusal. It never accepts a token: nothing here sets a principal or calls Success.
/// </summary>
internal sealed class BearerEvents(RefusalWriter refusals, IHostEnvironment environment) : JwtBearerEvents
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
            context.Fail(exception); // thrown on, it would be logged as an error of this application
            return;
        }

        if (credentials.AreMany) context.Fail(new CredentialRefusedException(Reasons.MultipleCredentials));
        else if (credentials.Token is null) context.NoResult();
        else context.Token = credentials.Token;
    }

    /// <summary>
    /// JwtBearer's exception as a reason; its message stays here, for it may quote the token. What is not about the token stays as it is.
    /// In Development the span of this authentication shows what the token says of itself.
    /// </summary>
    public override Task AuthenticationFailed(AuthenticationFailedContext context)
    {
        if (ReasonOf(context.Exception) is not { } reason) return Task.CompletedTask;
        context.Fail(context.Exception as CredentialRefusedException ?? new CredentialRefusedException(reason));
        if (environment.IsDevelopment() && RequestCredentials.Known(context.HttpContext)?.Token is { } token)
            DecisionTracing.ShowUnverified(UnverifiedToken.Read(token));
        return Task.CompletedTask;
    }

    /// <summary>What authentication refuses: a 401, or a 400 or 503 about the credentials.</summary>
    public override async Task Challenge(JwtBearerChallengeContext context)
    {
        // A body that is too large or never came is 413 or 408, and says nothing about the token.
        if (context.AuthenticateFailure is BadHttpRequestException exception) throw exception;

        context.HandleResponse();
        var refusal = context.AuthenticateFailure switch
        {
            null => new Refusal(Reasons.NoCredentials) { Detail = (await RequestCredentials.ReadAsync(context.HttpContext)).Absence },
            CredentialRefusedException refused => new Refusal(refused.Reason)
            {
                Detail = refused.Detail,
                Hint = refused.Hint,
                Required = RequiredFor(refused.Reason, context.Options.TokenValidationParameters),
            },
            // A bug in this application, which JwtBearer kept as the result: no word about the token.
            var failure => throw new InvalidOperationException("The token could not be checked.", failure),
        };
        await refusals.WriteAsync(context.HttpContext, refusal);
    }

    private static string? ReasonOf(Exception exception) => exception switch
    {
        CredentialRefusedException refused => refused.Reason,
        _ when Reasons.Find(AuthReasons.Of(exception)) is { Word: var word } => word,
        SecurityTokenException or ArgumentException => Reasons.MalformedToken,
        _ => null,
    };

    /// <summary>What a good token would have had. What the bad one had instead is not told.</summary>
    private static object? RequiredFor(string reason, TokenValidationParameters rules) => reason switch
    {
        Reasons.AlgorithmNotAllowed or Reasons.UnsignedToken => new { Algorithms = rules.ValidAlgorithms },
        Reasons.WrongTokenType => new { Type = rules.ValidTypes.First() },
        Reasons.WrongIssuer => new { Issuer = rules.ValidIssuer },
        Reasons.WrongAudience => new { Audience = rules.ValidAudience },
        _ => null,
    };
}
