#nullable enable

using System;
using System.Collections.Concurrent;
using System.Linq;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Infrastructure;

namespace AuthTracing;

/// <summary>
/// Why the framework itself says no. A requirement and an exception that are not the framework's give the name of their type:
/// <c>MinimumAgeRequirement</c> is <c>minimum_age</c>.
/// </summary>
public static partial class AuthReasons
{
    /// <summary>Nobody is known, and somebody is needed.</summary>
    public const string NoCredentials = "no_credentials";

    /// <summary>Not a token, or one that cannot be read or unprotected.</summary>
    public const string MalformedToken = "malformed_token";

    /// <summary>Signed with an algorithm that is not accepted.</summary>
    public const string AlgorithmNotAllowed = "algorithm_not_allowed";

    /// <summary>A token of another type (<c>typ</c>).</summary>
    public const string WrongTokenType = "wrong_token_type";

    /// <summary>A token of another issuer.</summary>
    public const string WrongIssuer = "wrong_issuer";

    /// <summary>A token for another audience.</summary>
    public const string WrongAudience = "wrong_audience";

    /// <summary>A token or cookie past its time.</summary>
    public const string TokenExpired = "token_expired";

    /// <summary>A token before its time.</summary>
    public const string TokenNotYetValid = "token_not_yet_valid";

    /// <summary>Signed with a key that is not known.</summary>
    public const string UnknownKey = "unknown_key";

    /// <summary>The signature is missing, or does not match.</summary>
    public const string BadSignature = "bad_signature";

    /// <summary>Refused without a reason that could be told: by an event of the application, for example.</summary>
    public const string Rejected = "rejected";

    /// <summary>None of the roles that were needed.</summary>
    public const string RoleMissing = "role_missing";

    /// <summary>A claim, or one of the values that were needed, is missing.</summary>
    public const string ClaimMissing = "claim_missing";

    /// <summary>Another user name than the one that was needed.</summary>
    public const string NameMismatch = "name_mismatch";

    /// <summary>An assertion of the policy is false.</summary>
    public const string AssertionFalse = "assertion_false";

    /// <summary>An operation on a resource was denied; the span's name says which one.</summary>
    public const string OperationDenied = "operation_denied";

    /// <summary>Code called Forbid, and no decision before it had said no.</summary>
    public const string ForbiddenByCode = "forbidden_by_code";

    /// <summary>Code called Challenge, and no decision before it had said no.</summary>
    public const string ChallengedByCode = "challenged_by_code";

    private static readonly ConcurrentDictionary<Type, string> Words = new();

    internal static string Of(AuthenticateResult result) => OfOpenIddict(result.Properties) ?? Of(result.Failure);

    /// <summary>OpenIddict's validation names each failure by the address of its explanation, and by nothing else in the result.</summary>
    private static string? OfOpenIddict(AuthenticationProperties? properties)
    {
        if (properties is null || !properties.Items.TryGetValue(".error_uri", out var address) || address is null) return null;
        return address[(address.LastIndexOf('/') + 1)..] switch
        {
            "ID2004" => MalformedToken,
            "ID2008" or "ID2089" => WrongTokenType,
            "ID2019" => TokenExpired,
            "ID2088" => WrongIssuer,
            "ID2090" => UnknownKey,
            "ID2091" => BadSignature,
            "ID2093" or "ID2094" => WrongAudience,
            _ => null,
        };
    }

    /// <summary>Why an authentication failed.</summary>
    public static string Of(Exception? failure)
    {
        var exception = failure is AggregateException { InnerExceptions: [var first, ..] } ? first : failure;

        // The failures of the cookie and bearer token handlers differ in the framework's constant messages only.
        if (exception is AuthenticationFailureException)
        {
            return exception.Message switch
            {
                "Ticket expired" or "Token expired" => TokenExpired,
                "Unprotect ticket failed" or "Unprotected token failed" => MalformedToken,
                _ => Rejected,
            };
        }

        // By name, since the types are those of a package, Microsoft.IdentityModel.Tokens.
        for (var type = exception?.GetType(); type is not null && type != typeof(Exception); type = type.BaseType)
        {
            var reason = type.Name switch
            {
                "SecurityTokenExpiredException" => TokenExpired,
                "SecurityTokenNotYetValidException" => TokenNotYetValid,
                "SecurityTokenInvalidAudienceException" => WrongAudience,
                "SecurityTokenInvalidIssuerException" => WrongIssuer,
                "SecurityTokenInvalidAlgorithmException" => AlgorithmNotAllowed,
                "SecurityTokenInvalidTypeException" => WrongTokenType,
                "SecurityTokenSignatureKeyNotFoundException" => UnknownKey,
                "SecurityTokenInvalidSignatureException" => BadSignature,
                "SecurityTokenMalformedException" or "SecurityTokenArgumentException" => MalformedToken,
                "SecurityTokenNoExpirationException" => MalformedToken,
                _ => null,
            };
            if (reason is not null) return reason;
        }

        return exception is null ? Rejected : WordOf(exception.GetType());
    }

    /// <summary>The first requirement that was not met; where all were, the handler that said no nevertheless.</summary>
    internal static string Of(AuthorizationFailure? failure) =>
        failure?.FailedRequirements.FirstOrDefault() is { } requirement ? Of(requirement)
        : failure?.FailureReasons.FirstOrDefault() is { } reason ? WordOf(reason.Handler.GetType())
        : Rejected;

    internal static string WordOf(Type type) =>
        Words.GetOrAdd(type, static type => WordStart().Replace(Suffix().Replace(type.Name, ""), "_").ToLowerInvariant());

    private static string Of(IAuthorizationRequirement requirement) => requirement switch
    {
        DenyAnonymousAuthorizationRequirement => NoCredentials,
        RolesAuthorizationRequirement => RoleMissing,
        ClaimsAuthorizationRequirement => ClaimMissing,
        NameAuthorizationRequirement => NameMismatch,
        AssertionRequirement => AssertionFalse,
        OperationAuthorizationRequirement => OperationDenied,
        _ => WordOf(requirement.GetType()),
    };

    [GeneratedRegex(
        "(?<=.)(AuthorizationRequirement|Requirement|AuthorizeAttribute|Attribute|AuthorizationHandler|Handler|Exception)?(`[0-9]+)?$")]
    private static partial Regex Suffix();

    [GeneratedRegex("(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")]
    private static partial Regex WordStart();
}
