using AuthDemo.Api.Refusals;
using AuthDemo.ServiceDefaults;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.Tokens;

namespace AuthDemo.Api.Security;

/// <summary>
/// Adds to JwtBearer the reason of each refusal. It never accepts a token: nothing here sets a principal or calls Success.
/// </summary>
internal sealed class BearerEvents(TokenInspection inspection, RefusalWriter refusals) : JwtBearerEvents
{
    /// <summary>Under this name a policy's refusal travels to <see cref="Challenge"/>.</summary>
    public const string RefusalParameter = "refusal";

    /// <summary>Before JwtBearer: the number of credentials, the token's form and claims, and whether its key can be had.</summary>
    public override async Task MessageReceived(MessageReceivedContext context)
    {
        // RFC 9111, section 5.2.2.5: an answer that depends on who asks is kept by nobody.
        context.Response.Headers.CacheControl = "no-store";
        var credentials = await Credentials.ReadAsync(context.HttpContext);
        if (credentials.AreMany)
        {
            context.Fail(new CredentialRefusedException(Reasons.MultipleCredentials));
            return;
        }

        if (credentials.Token is null)
        {
            context.NoResult();
            return;
        }

        var reason = inspection.Inspect(credentials.Token, out var key) ?? await InspectKeyAsync(key, context);
        if (reason is not null) context.Fail(new CredentialRefusedException(reason));
    }

    /// <summary>After JwtBearer has refused: its exception as a reason. Its message stays here, for it may quote the token.</summary>
    public override Task AuthenticationFailed(AuthenticationFailedContext context)
    {
        context.Fail(new CredentialRefusedException(ReasonOf(context.Exception)));
        return Task.CompletedTask;
    }

    /// <summary>Answers with our challenge instead of JwtBearer's.</summary>
    public override async Task Challenge(JwtBearerChallengeContext context)
    {
        context.HandleResponse();
        var refusal = context.Properties.GetParameter<Refusal>(RefusalParameter)
            ?? (context.AuthenticateFailure is CredentialRefusedException { Reason: var reason }
                ? new Refusal(reason) { Required = RequiredFor(reason, context.Options.TokenValidationParameters) }
                : new Refusal(Reasons.NoCredentials) { Detail = (await Credentials.ReadAsync(context.HttpContext)).Absence });
        await refusals.WriteAsync(context.HttpContext, refusal);
    }

    private static async Task<string?> InspectKeyAsync(string? key, MessageReceivedContext context)
    {
        var manager = context.Options.ConfigurationManager!;
        var aborted = context.HttpContext.RequestAborted;
        try
        {
            var configuration = await manager.GetConfigurationAsync(aborted);
            if (Has(configuration.SigningKeys)) return null;

            // The issuer may have new keys. The manager asks no more often than RefreshInterval allows.
            manager.RequestRefresh();
            configuration = await manager.GetConfigurationAsync(aborted);
            return Has(configuration.SigningKeys) ? null : Reasons.UnknownKey;
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !aborted.IsCancellationRequested)
        {
            return Reasons.IdentityProviderUnavailable;
        }

        bool Has(ICollection<SecurityKey> keys) => key is not null && keys.Any(candidate => candidate.KeyId == key);
    }

    private static string ReasonOf(Exception exception) => exception switch
    {
        SecurityTokenInvalidAlgorithmException => Reasons.AlgorithmNotAllowed,
        SecurityTokenInvalidTypeException => Reasons.WrongTokenType,
        SecurityTokenInvalidIssuerException => Reasons.WrongIssuer,
        SecurityTokenInvalidAudienceException => Reasons.WrongAudience,
        SecurityTokenExpiredException => Reasons.TokenExpired,
        SecurityTokenNotYetValidException => Reasons.TokenNotYetValid,
        SecurityTokenSignatureKeyNotFoundException => Reasons.UnknownKey,
        SecurityTokenInvalidSignatureException => Reasons.BadSignature,
        _ => Reasons.MalformedToken,
    };

    /// <summary>What a good token would have had. What the bad one had instead stays unsaid.</summary>
    private static object? RequiredFor(string reason, TokenValidationParameters rules) => reason switch
    {
        Reasons.AlgorithmNotAllowed or Reasons.UnsignedToken => new { algorithms = rules.ValidAlgorithms },
        Reasons.WrongTokenType => new { type = rules.ValidTypes.First() },
        Reasons.WrongIssuer => new { issuer = rules.ValidIssuer },
        Reasons.WrongAudience => new { audience = rules.ValidAudience },
        _ => null,
    };
}
