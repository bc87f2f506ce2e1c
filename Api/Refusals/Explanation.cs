using AuthDemo.ServiceDefaults;

namespace AuthDemo.Api.Refusals;

/// <summary>How a reason is answered.</summary>
/// <param name="Status">The HTTP status code.</param>
/// <param name="Detail">
/// What happened. Also the challenge's <c>error_description</c>, so plain ASCII without quotes and backslashes (RFC 6750, section 3).
/// </param>
/// <param name="Hint">What helps.</param>
/// <param name="Error">The challenge's <c>error</c>; null where the reason has none, or no challenge.</param>
internal sealed record Explanation(int Status, string Detail, string Hint, string? Error = null)
{
    private const string InvalidToken = "invalid_token";

    private static readonly Dictionary<string, Explanation> ByReason = new()
    {
        // RFC 6750, section 3: a request without authentication information gets no error code.
        [Reasons.NoCredentials] = new(401, "The request has no Bearer token in its Authorization header.",
            "Log in, and send the access token as 'Authorization: Bearer <token>'."),
        // RFC 6750, section 3.1: more than one method of sending the token is an invalid request.
        [Reasons.MultipleCredentials] = new(400, "The request has more than one credential.",
            "Send one Authorization header with one token, and none elsewhere.", "invalid_request"),
        [Reasons.MalformedToken] = new(401, "The token is not a JWT that this API can read.",
            "Send the access token exactly as the identity provider gave it: three parts with dots between them.", InvalidToken),
        [Reasons.UnsignedToken] = new(401, "The token is not signed.",
            "Anybody could have written this token. Get one from the identity provider.", InvalidToken),
        [Reasons.AlgorithmNotAllowed] = new(401, "The token is signed with an algorithm that this API does not accept.",
            "This API accepts RS256 only. Get the token from the identity provider.", InvalidToken),
        [Reasons.WrongTokenType] = new(401, "The token is not an access token.",
            "An ID token tells the client who logged in; an API wants the access token that came with it.", InvalidToken),
        [Reasons.WrongIssuer] = new(401, "The token comes from an issuer that this API does not trust.",
            "Get the token from the identity provider that the resource metadata names.", InvalidToken),
        [Reasons.WrongAudience] = new(401, "The token is meant for another API.",
            "Ask the identity provider for a token with this API as its audience.", InvalidToken),
        [Reasons.TokenExpired] = new(401, "The token has expired.",
            "Refresh it, or log in again.", InvalidToken),
        [Reasons.TokenNotYetValid] = new(401, "The token is not valid yet.",
            "Wait until its nbf, and see that the clocks agree.", InvalidToken),
        [Reasons.UnknownKey] = new(401, "The token names no key that its issuer has.",
            "This API needs the kid of a current key. The issuer may have changed its keys: get a new token.", InvalidToken),
        [Reasons.BadSignature] = new(401, "The signature of the token does not match its content.",
            "Somebody or something changed the token on its way. Get a new one.", InvalidToken),
        // RFC 9470, section 3.
        [Reasons.LoginTooOld] = new(401, "This needs a more recent login.",
            "Log in again: the token is good, but the login behind it is too old for this.", "insufficient_user_authentication"),
        [Reasons.RoleMissing] = new(403, "You are known, but you lack the role that this needs.",
            "Logging in again as the same user changes nothing: somebody has to give you the role."),
        [Reasons.GroupMissing] = new(403, "You are known, but you are not in the group that this needs.",
            "Logging in again as the same user changes nothing: somebody has to put you into the group."),
        // RFC 6750, section 3.1; RFC 9110, section 15.5.4: new credentials with the scope can help.
        [Reasons.ScopeMissing] = new(403, "The token lacks the scope that this needs.",
            "Ask the identity provider for a token with this scope. The user may have every right; the client was not given it.",
            "insufficient_scope"),
        [Reasons.NotOwner] = new(403, "You are known, but this belongs to somebody else.",
            "Ask its owner, or somebody whose role may open it."),
        [Reasons.NetworkNotAllowed] = new(403, "This answers only callers on the office network.",
            "Logging in does not help: call from inside."),
        // The response says not_found, so nothing of this reaches the caller.
        [Reasons.Hidden] = new(404, "The caller must not learn that this exists.", "None."),
        [Reasons.IdentityProviderUnavailable] = new(503, "The identity provider cannot be reached, so this token cannot be checked.",
            "The token may be good: try again later."),
    };

    /// <summary>How this reason is answered.</summary>
    /// <param name="reason">One of <see cref="Reasons"/>.</param>
    public static Explanation Of(string reason) => ByReason[reason];
}
