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
/// The reasons of the framework's own failures. For other requirements and exceptions the reason is derived from the type's name:
/// <c>MinimumAgeRequirement</c> becomes <c>minimum_age</c>.
/// </summary>
public static partial class AuthReasons
{
    /// <summary>An authenticated user is required.</summary>
    public const string NoCredentials = "no_credentials";

    /// <summary>The token cannot be read or unprotected.</summary>
    public const string MalformedToken = "malformed_token";

    /// <summary>The signature algorithm is not accepted.</summary>
    public const string AlgorithmNotAllowed = "algorithm_not_allowed";

    /// <summary>The token has another type (<c>typ</c>).</summary>
    public const string WrongTokenType = "wrong_token_type";

    /// <summary>The token has another issuer.</summary>
    public const string WrongIssuer = "wrong_issuer";

    /// <summary>The token has another audience.</summary>
    public const string WrongAudience = "wrong_audience";

    /// <summary>The token or cookie has expired.</summary>
    public const string TokenExpired = "token_expired";

    /// <summary>The token is not valid yet.</summary>
    public const string TokenNotYetValid = "token_not_yet_valid";

    /// <summary>The signing key is unknown.</summary>
    public const string UnknownKey = "unknown_key";

    /// <summary>The signature is missing or invalid.</summary>
    public const string BadSignature = "bad_signature";

    /// <summary>No reason is known: for example, an event handler rejected the request.</summary>
    public const string Rejected = "rejected";

    /// <summary>None of the required roles.</summary>
    public const string RoleMissing = "role_missing";

    /// <summary>A required claim or value is missing.</summary>
    public const string ClaimMissing = "claim_missing";

    /// <summary>The user name is not the required one.</summary>
    public const string NameMismatch = "name_mismatch";

    /// <summary>An assertion of the policy failed.</summary>
    public const string AssertionFalse = "assertion_false";

    /// <summary>A resource-based operation was denied; the span's name contains the operation.</summary>
    public const string OperationDenied = "operation_denied";

    /// <summary>Code called Forbid without a denied decision before.</summary>
    public const string ForbiddenByCode = "forbidden_by_code";

    /// <summary>Code called Challenge without a failed decision before.</summary>
    public const string ChallengedByCode = "challenged_by_code";

    private static readonly ConcurrentDictionary<Type, string> Words = new();

    internal static string Of(AuthenticateResult result) => OfOpenIddict(result.Properties) ?? Of(result.Failure);

    /// <summary>OpenIddict's validation identifies a failure only by the URL of its documentation.</summary>
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

    /// <summary>Maps a failed authentication to a reason.</summary>
    public static string Of(Exception? failure)
    {
        var exception = failure is AggregateException { InnerExceptions: [var first, ..] } ? first : failure;

        // The failures of the cookie and bearer token handlers differ only in their constant messages.
        if (exception is AuthenticationFailureException)
        {
            return exception.Message switch
            {
                "Ticket expired" or "Token expired" => TokenExpired,
                "Unprotect ticket failed" or "Unprotected token failed" => MalformedToken,
                _ => Rejected,
            };
        }

        // By type name, to avoid a reference to Microsoft.IdentityModel.Tokens.
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

    /// <summary>The first requirement that was not met; if all were, the handler that called Fail.</summary>
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
