using Microsoft.AspNetCore.WebUtilities;

namespace AuthDemo.ServiceDefaults;

/// <summary>
/// The fixed vocabulary of refusals. The same word is in the problem details (<c>reason</c>), on the spans (<c>auth.reason</c>), in the log
/// record and in the counter <c>authdemo.refusals</c>.
/// </summary>
public static class Reasons
{
    /// <summary>401: no Bearer token came in the Authorization header, the only place where one counts (RFC 6750, section 2.1).</summary>
    public const string NoCredentials = "no_credentials";

    /// <summary>400: more than one credential came (RFC 6750, section 2).</summary>
    public const string MultipleCredentials = "multiple_credentials";

    /// <summary>
    /// 401: not a JWT in JWS compact form, or one with a claim or critical header that cannot be understood (RFC 7515, RFC 7519).
    /// </summary>
    public const string MalformedToken = "malformed_token";

    /// <summary>401: the token says <c>alg: none</c> (RFC 8725, section 3.2).</summary>
    public const string UnsignedToken = "unsigned_token";

    /// <summary>401: signed with another algorithm than the agreed one (RFC 8725, section 3.1).</summary>
    public const string AlgorithmNotAllowed = "algorithm_not_allowed";

    /// <summary>401: not an access token, such as an ID token (RFC 9068, section 4; RFC 8725, section 3.11).</summary>
    public const string WrongTokenType = "wrong_token_type";

    /// <summary>401: issued by somebody else (RFC 9068, section 4; RFC 8725, section 3.8).</summary>
    public const string WrongIssuer = "wrong_issuer";

    /// <summary>401: meant for another resource server (RFC 9068, section 4; RFC 8725, section 3.9).</summary>
    public const string WrongAudience = "wrong_audience";

    /// <summary>401: past its <c>exp</c> (RFC 7519, section 4.1.4).</summary>
    public const string TokenExpired = "token_expired";

    /// <summary>401: before its <c>nbf</c> (RFC 7519, section 4.1.5).</summary>
    public const string TokenNotYetValid = "token_not_yet_valid";

    /// <summary>401: names no key that the issuer has.</summary>
    public const string UnknownKey = "unknown_key";

    /// <summary>401: the signature does not match (RFC 7515, section 5.2).</summary>
    public const string BadSignature = "bad_signature";

    /// <summary>401: a good token, but the login behind it is too old (RFC 9470).</summary>
    public const string LoginTooOld = "login_too_old";

    /// <summary>403: the user lacks the role.</summary>
    public const string RoleMissing = "role_missing";

    /// <summary>403: the user is not in the group.</summary>
    public const string GroupMissing = "group_missing";

    /// <summary>403: the token lacks a scope (RFC 6750, section 3.1).</summary>
    public const string ScopeMissing = "scope_missing";

    /// <summary>403: the thing belongs to somebody else.</summary>
    public const string NotOwner = "not_owner";

    /// <summary>403: the caller is outside the network that the endpoint serves.</summary>
    public const string NetworkNotAllowed = "network_not_allowed";

    /// <summary>
    /// 404: the caller must not learn that the thing exists (RFC 9110, section 15.5.4). In traces, logs and metrics only: the response says
    /// <see cref="NotFound"/>.
    /// </summary>
    public const string Hidden = "hidden";

    /// <summary>503: a key of the identity provider is needed and none can be had.</summary>
    public const string IdentityProviderUnavailable = "identity_provider_unavailable";

    /// <summary>404: there is no such thing. Not a refusal, so in the problem details only.</summary>
    public const string NotFound = "not_found";

    /// <summary>Every refusal: what the counter, the log and the spans may say.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        NoCredentials, MultipleCredentials, MalformedToken, UnsignedToken, AlgorithmNotAllowed, WrongTokenType, WrongIssuer, WrongAudience,
        TokenExpired, TokenNotYetValid, UnknownKey, BadSignature, LoginTooOld, RoleMissing, GroupMissing, ScopeMissing, NotOwner,
        NetworkNotAllowed, Hidden, IdentityProviderUnavailable,
    ];

    /// <summary>The framework's own errors: the phrase of their status as one word, such as <c>payload_too_large</c>.</summary>
    public static string OfStatus(int status) => ReasonPhrases.GetReasonPhrase(status).ToLowerInvariant().Replace(' ', '_');
}
