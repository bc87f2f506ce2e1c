using System.Text.Json;
using AuthDemo.Api.Refusals;
using AuthDemo.ServiceDefaults;
using AuthTracing;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using static AuthDemo.ServiceDefaults.UnverifiedToken;

namespace AuthDemo.Api.Authentication;

/// <summary>
/// JwtBearer's token handler, made stricter in three points that it passes over: <c>crit</c> (RFC 7515, section 4.1.11), names that come
/// twice (section 4), and a missing <c>sub</c> (RFC 9068, section 2.2). Before its full validation the first rule that a token breaks is
/// named, in a fixed order; that can only refuse. JwtBearer looks at the signature first, so that a foreign issuer's token would look
/// forged; its <c>ValidateSignatureLast</c> would take an ID token for one with a wrong audience.
/// </summary>
internal class AccessTokenHandler(IssuerMetadata issuer, TimeProvider time) : JsonWebTokenHandler
{
    /// <summary>OpenID Connect Core 1.0, section 2: a <c>sub</c> has 255 characters at most.</summary>
    private const int MaxSubjectLength = 255;

    public override async Task<TokenValidationResult> ValidateTokenAsync(string token, TokenValidationParameters validationParameters)
    {
        var unverified = new UnverifiedToken(token);
        if ((FindFaultInForm(unverified) ?? await FindFaultAsync(unverified, validationParameters)) is { } first)
            return Refused(first, unverified);

        var known = issuer.Current;
        var result = await base.ValidateTokenAsync(token, validationParameters);
        if (result.Exception is SecurityTokenInvalidSignatureException)
        {
            // The issuer may have put another key in its place, under the same id.
            await issuer.RefreshAsync();
            if (issuer.Current != known) result = await base.ValidateTokenAsync(token, validationParameters);
        }

        var last = result.IsValid ? FindFaultInSubject(unverified.Payload) : RefusalOf(result.Exception);
        return last is null ? result : Refused(last, unverified);
    }

    /// <summary>The first rule that the token breaks; null where nothing is wrong but perhaps the signature.</summary>
    protected virtual async ValueTask<Refusal?> FindFaultAsync(UnverifiedToken token, TokenValidationParameters rules)
    {
        if (FindFault(token.Header, token.Payload, rules) is { } fault) return fault;
        if (Text(token.Header, "kid") is not { } key) return new(Reasons.UnknownKey);
        if (issuer.Knows(key)) return null;
        var failure = await issuer.RefreshAsync();
        return issuer.Knows(key) ? null : new(failure is null ? Reasons.UnknownKey : Reasons.IdentityProviderUnavailable);
    }

    private static Refusal? FindFaultInForm(UnverifiedToken token) => token switch
    {
        { IsWellFormed: false, HasNameTwice: true } =>
            Malformed("A name comes twice in the token's header or payload.", "Every name may come once."),
        { IsWellFormed: false } => new(Reasons.MalformedToken),
        // RFC 7515, section 4.1.11: who does not understand a critical header must refuse the token. This API understands none.
        _ when Member(token.Header, "crit") is not null =>
            Malformed("The token has a critical header, and this API understands none.", "Get a token without crit."),
        _ => null,
    };

    private Refusal? FindFault(JsonElement? header, JsonElement? claims, TokenValidationParameters rules)
    {
        if (Member(header, "kid") is not null && Text(header, "kid") is null) return BadClaim("kid", "text");
        if (Text(header, "alg") is not { } algorithm) return BadClaim("alg", "text");

        // RFC 8725, section 3.2: none, however it is written.
        if (algorithm.Equals("none", StringComparison.OrdinalIgnoreCase)) return Wrong(Reasons.UnsignedToken, rules);
        if (!rules.ValidAlgorithms.Contains(algorithm)) return Wrong(Reasons.AlgorithmNotAllowed, rules);
        if (!rules.ValidTypes.Contains(Text(header, "typ"))) return WrongType(claims, rules);
        if (Text(claims, "iss") != rules.ValidIssuer) return Wrong(Reasons.WrongIssuer, rules);
        if (!IsFor(rules.ValidAudience, claims)) return Wrong(Reasons.WrongAudience, rules);

        // RFC 9068, section 2.2: an access token has an end.
        var now = time.GetUtcNow();
        if (Member(claims, "exp") is null) return MissingClaim("exp", "Give the access tokens a lifetime.");
        if (Time(claims, "exp") is not { } expires) return BadClaim("exp", "a time in seconds since 1970");
        if (now - rules.ClockSkew >= expires) return new(Reasons.TokenExpired);

        if (Member(claims, "nbf") is null) return null;
        if (Time(claims, "nbf") is not { } begins) return BadClaim("nbf", "a time in seconds since 1970");
        return begins > now + rules.ClockSkew ? new(Reasons.TokenNotYetValid) : null;
    }

    /// <summary>One audience is a string, several are an array (RFC 7519, section 4.1.3).</summary>
    private static bool IsFor(string audience, JsonElement? claims) =>
        Member(claims, "aud") is { ValueKind: JsonValueKind.Array } many
            ? many.EnumerateArray().Any(one => one.ValueKind == JsonValueKind.String && one.ValueEquals(audience))
            : Text(claims, "aud") == audience;

    /// <summary>An access token says whom it is about (RFC 9068, section 2.2).</summary>
    private static Refusal? FindFaultInSubject(JsonElement? claims)
    {
        if (Member(claims, "sub") is null)
            return MissingClaim("sub", "In Keycloak the client scope basic adds it: give the client that scope.");
        return Text(claims, "sub") is { Length: <= MaxSubjectLength } subject
            && !string.IsNullOrWhiteSpace(subject) && !subject.Any(char.IsControl)
            ? null
            : BadClaim("sub", $"a line of at most {MaxSubjectLength} characters");
    }

    /// <summary>
    /// JwtBearer's exception as a reason; its message stays here, for it may quote the token. Null for what is not about the token.
    /// </summary>
    private static Refusal? RefusalOf(Exception exception) =>
        Reasons.Find(AuthReasons.Of(exception)) is { Word: var word } ? new(word)
        : exception is SecurityTokenException or ArgumentException ? new(Reasons.MalformedToken)
        : null;

    private static TokenValidationResult Refused(Refusal refusal, UnverifiedToken token) =>
        new() { Exception = new CredentialRefusedException(refusal) { Token = token } };

    private static Refusal Malformed(string detail, string hint) => new(Reasons.MalformedToken) { Detail = detail, Hint = hint };

    private static Refusal MissingClaim(string name, string hint) =>
        Malformed($"The token has no {name}, which an access token needs (RFC 9068, section 2.2).", hint);

    private static Refusal BadClaim(string name, string expected) =>
        Malformed($"The token's {name} is not {expected}.", "See what the identity provider writes there.");

    /// <summary>With what a good token would have had. What the bad one had instead is not told.</summary>
    private static Refusal Wrong(string reason, TokenValidationParameters rules) => new(reason)
    {
        Required = reason switch
        {
            Reasons.WrongTokenType => new(new { Type = rules.ValidTypes.First() }),
            Reasons.WrongIssuer => new(new { Issuer = rules.ValidIssuer }),
            Reasons.WrongAudience => new(new { Audience = rules.ValidAudience }),
            _ => new(new { Algorithms = rules.ValidAlgorithms }),
        },
    };

    /// <summary>
    /// A token for this API, but of another type: that is how Keycloak writes access tokens unless the client wants those of RFC 9068.
    /// </summary>
    private static Refusal WrongType(JsonElement? claims, TokenValidationParameters rules) =>
        !IsFor(rules.ValidAudience, claims)
            ? Wrong(Reasons.WrongTokenType, rules)
            : Wrong(Reasons.WrongTokenType, rules) with
            {
                Detail = "The token is for this API, and its typ is not at+jwt (RFC 9068, section 2.1).",
                Hint = "If it is an access token, let the identity provider write that type: in Keycloak by the client's attribute "
                    + "access.token.header.type.rfc9068 = true.",
            };
}
