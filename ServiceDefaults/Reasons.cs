using System.Collections.Frozen;
using Microsoft.AspNetCore.WebUtilities;

namespace AuthDemo.ServiceDefaults;

/// <summary>A row of <see cref="Reasons"/>: a reason, its response, and its explanation.</summary>
/// <param name="Word">The value in the response, the span, the log and the metric.</param>
/// <param name="Status">The HTTP status code.</param>
/// <param name="Detail">
/// What happened. Also the challenge's <c>error_description</c>, hence ASCII without quotes and backslashes (RFC 6750, section 3).
/// </param>
/// <param name="Hint">What helps.</param>
public sealed record Reason(string Word, int Status, string Detail, string Hint)
{
    /// <summary>The challenge's <c>error</c> (RFC 6750, section 3.1); null for none.</summary>
    public string? Error { get; init; }

    /// <summary>Whether there is a challenge: required for 401 (RFC 9110, section 15.5.2), and for the error codes of RFC 6750.</summary>
    public bool HasChallenge => Status == 401 || Error is not null;

    /// <summary>What rejected the request: <c>authentication</c>, <c>authorization</c> or <c>endpoint</c>.</summary>
    public required string DecidedBy { get; init; }

    /// <summary>For the lab: what the response means, shown after the status.</summary>
    public required string Meaning { get; init; }

    /// <summary>For the lab: why 401 instead of 403, or 403 instead of 401. Null for other statuses.</summary>
    public string? NotTheOther { get; init; }

    /// <summary>For the lab: the decisive part of the token and what is wrong with it; null if there is no single one.</summary>
    public (string Name, string Note)? Claim { get; init; }
}

/// <summary>
/// The reasons for rejecting a request. The same value is in the problem details (<c>reason</c>), on the spans (<c>auth.reason</c>), in the
/// log and in the metric <c>authdemo.refusals</c>.
/// </summary>
public static class Reasons
{
    public const string NoCredentials = "no_credentials";
    public const string MultipleCredentials = "multiple_credentials";
    public const string MalformedToken = "malformed_token";
    public const string UnsignedToken = "unsigned_token";
    public const string AlgorithmNotAllowed = "algorithm_not_allowed";
    public const string WrongTokenType = "wrong_token_type";
    public const string WrongIssuer = "wrong_issuer";
    public const string WrongAudience = "wrong_audience";
    public const string TokenExpired = "token_expired";
    public const string TokenNotYetValid = "token_not_yet_valid";
    public const string UnknownKey = "unknown_key";
    public const string BadSignature = "bad_signature";
    public const string LoginTooOld = "login_too_old";
    public const string SecondFactorMissing = "second_factor_missing";
    public const string RoleMissing = "role_missing";
    public const string GroupMissing = "group_missing";
    public const string ScopeMissing = "scope_missing";
    public const string NotOwner = "not_owner";
    public const string NetworkNotAllowed = "network_not_allowed";
    public const string Hidden = "hidden";
    public const string IdentityProviderUnavailable = "identity_provider_unavailable";
    public const string NotFound = "not_found";

    private static readonly Reason[] Rows =
    [
        // RFC 6750, sections 2.1 and 3: only the Authorization header counts, and no token means no error code.
        new Reason(NoCredentials, 401, "The request has no Bearer token in its Authorization header.",
            "Log in, and send the access token as 'Authorization: Bearer <token>'.")
        {
            DecidedBy = "authentication",
            Meaning = "it does not know who asks.",
            NotTheOther = "403 would mean that it knows who asks. It does not: no proof came where it looks for one.",
        },
        // RFC 6750, sections 2 and 3.1: several methods of sending a token are an invalid request.
        new Reason(MultipleCredentials, 400, "The request has more than one credential.",
            "Send one Authorization header with one token, and none elsewhere.")
        {
            Error = "invalid_request",
            DecidedBy = "authentication",
            Meaning = "the request itself is wrong.",
        },
        // RFC 7515, section 5.2, and RFC 7519, section 7.2: not a JWS in compact form, or an invalid claim or critical header.
        OfToken(MalformedToken, "The token is not a JWT that this API can read.",
            "Send the access token exactly as the identity provider gave it: three parts with dots between them."),
        // RFC 8725, section 3.2.
        OfToken(UnsignedToken, "The token is not signed.",
            "Anybody could have written this token. Get one from the identity provider.", ("alg", "no signature")),
        // RFC 8725, section 3.1.
        OfToken(AlgorithmNotAllowed, "The token is signed with an algorithm that this API does not accept.",
            "This API accepts RS256 only. Get the token from the identity provider.", ("alg", "not allowed")),
        // RFC 9068, section 4, for this and the next two; RFC 8725, sections 3.11, 3.8 and 3.9.
        OfToken(WrongTokenType, "The token is not an access token.",
            "An ID token tells the client who logged in; an API wants the access token that came with it.", ("typ", "needs at+jwt")),
        OfToken(WrongIssuer, "The token comes from an issuer that this API does not trust.",
            "Get the token from the identity provider that the resource metadata names.", ("iss", "another issuer")),
        OfToken(WrongAudience, "The token is meant for another API.",
            "Ask the identity provider for a token with this API as its audience.", ("aud", "not this API")),
        // RFC 7519, sections 4.1.4 and 4.1.5.
        OfToken(TokenExpired, "The token has expired.",
            "Refresh it, or log in again. If the new one has expired too, the clocks of this API and the identity provider differ.",
            ("exp", "over")),
        OfToken(TokenNotYetValid, "The token is not valid yet.",
            "Wait until its nbf, and see that the clocks of this API and the identity provider agree.", ("nbf", "not yet")),
        OfToken(UnknownKey, "The token names no key that its issuer has.",
            "This API needs the kid of a current key. The issuer may have changed its keys: get a new token.",
            ("kid", "no key of the issuer")),
        // RFC 7515, section 5.2.
        OfToken(BadSignature, "The signature of the token does not match its content.",
            "Somebody or something changed the token on its way. Get a new one.", ("signature", "does not fit the rest")),
        // RFC 9470, section 3.
        new Reason(LoginTooOld, 401, "This needs a more recent login.",
            "Log in again: the token is good, but the login behind it is too old for this.")
        {
            Error = "insufficient_user_authentication",
            DecidedBy = "authorization",
            Meaning = "it knows you. Your login is too old.",
            NotTheOther = "403 would mean that you may not. You may: only your login is too old, and a new one helps.",
            Claim = ("auth_time", "not recent"),
        },
        new Reason(SecondFactorMissing, 401, "This needs a login with a second factor.",
            "Log in again with a one-time code: ask the identity provider for the acr_values of the challenge.")
        {
            Error = "insufficient_user_authentication",
            DecidedBy = "authorization",
            Meaning = "it knows you. A password alone is not enough for this.",
            NotTheOther = "403 would mean that you may not. You may: only the proof of who you are is too weak, and a code mends it.",
            Claim = ("acr", "needs mfa"),
        },
        OfPermission(RoleMissing, "You are known, but you lack the role that this needs.",
            "Logging in again as the same user changes nothing: somebody has to give you the role.", ("roles", "needs another role")),
        OfPermission(GroupMissing, "You are known, but you are not in the group that this needs.",
            "Logging in again as the same user changes nothing: somebody has to put you into the group.",
            ("groups", "needs another group")),
        // RFC 6750, section 3.1; RFC 9110, section 15.5.4: new credentials with the scope can help.
        OfPermission(ScopeMissing, "The token lacks the scope that this needs.",
            "Ask the identity provider for a token with this scope. The user may have every right; the client was not given it.",
            ("scope", "needs another scope")) with
        {
            Error = "insufficient_scope",
            Meaning = "it knows who asks. The token may not do this.",
            NotTheOther = "401 would mean that it does not accept your token. It does: the token only lacks a scope.",
        },
        OfPermission(NotOwner, "You are known, but this belongs to somebody else.",
            "Ask its owner, or somebody whose role may open it.", ("sub", "not the owner")),
        OfPermission(NetworkNotAllowed, "This answers only callers on the office network.",
            "Logging in does not help: call from inside.") with
        {
            Meaning = "nobody may from there, whoever it is.",
            NotTheOther = "401 would mean that a login helps. It does not: what counts is the network you call from.",
        },
        // RFC 9110, section 15.5.4. Only in traces, logs and metrics: the response contains NotFound instead.
        OfPermission(Hidden, "The caller must not learn that this exists.", "None.") with { Status = 404 },
        new Reason(IdentityProviderUnavailable, 503, "The identity provider cannot be reached, so this token cannot be checked.",
            "The token may be good: try again later.")
        {
            DecidedBy = "authentication",
            Meaning = "a service failed: this is not about you.",
        },
        // Only in problem details, since it is not a rejection.
        new Reason(NotFound, 404, "There is no such thing in the building.", "Check the number or the name.")
        {
            DecidedBy = "endpoint",
            Meaning = "and that is all it says.",
        },
    ];

    private static readonly FrozenDictionary<string, Reason> ByWord = Rows.ToFrozenDictionary(row => row.Word);

    /// <summary>The reasons in metrics, logs and spans.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Rows.Select(row => row.Word).Where(word => word != NotFound)];

    /// <summary>The row of a known reason.</summary>
    public static Reason Of(string word) => ByWord[word];

    /// <summary>The row of a reason from another service; null if unknown.</summary>
    public static Reason? Find(string? word) => ByWord.GetValueOrDefault(word ?? "");

    /// <summary>The reason for the framework's errors: the status' reason phrase, such as <c>payload_too_large</c>.</summary>
    public static string OfStatus(int status) => ReasonPhrases.GetReasonPhrase(status).ToLowerInvariant().Replace(' ', '_');

    /// <summary>RFC 6750, section 3.1: the token is invalid.</summary>
    private static Reason OfToken(string word, string detail, string hint, (string, string)? claim = null) =>
        new(word, 401, detail, hint)
        {
            Error = "invalid_token",
            DecidedBy = "authentication",
            Meaning = "it does not accept this token.",
            NotTheOther = "403 would mean that it knows who asks. It does not accept this token, so it believes nothing in it.",
            Claim = claim,
        };

    /// <summary>RFC 9110, section 15.5.4: the caller is not permitted.</summary>
    private static Reason OfPermission(string word, string detail, string hint, (string, string)? claim = null) =>
        new(word, 403, detail, hint)
        {
            DecidedBy = "authorization",
            Meaning = "it knows who asks, and says no.",
            NotTheOther = "401 would mean that it does not know who asks. It does, and a new token for the same caller changes nothing.",
            Claim = claim,
        };
}
