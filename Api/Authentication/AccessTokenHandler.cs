using System.Text.Json;
using AuthDemo.Api.Refusals;
using AuthDemo.ServiceDefaults;
using AuthTracing;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using static AuthDemo.ServiceDefaults.UnverifiedToken;

namespace AuthDemo.Api.Authentication;

/// <summary>
/// JwtBearer's token handler with three additional checks: <c>crit</c> (RFC 7515, section 4.1.11), duplicate names (section 4), and
/// <c>sub</c> (RFC 9068, section 2.2). Before full validation, the first violated rule is reported, in a fixed order; this can only reject
/// a token. The library validates the signature first, so that another issuer's token would look forged; with <c>ValidateSignatureLast</c>
/// an ID token would be reported as having a wrong audience.
/// </summary>
internal class AccessTokenHandler(IssuerMetadata issuer, TimeProvider time) : JsonWebTokenHandler
{
    /// <summary>The maximum length of <c>sub</c> (OpenID Connect Core 1.0, section 2).</summary>
    private const int MaxSubjectLength = 255;

    public override async Task<TokenValidationResult> ValidateTokenAsync(string token, TokenValidationParameters validationParameters)
    {
        using var unverified = new UnverifiedToken(token);
        var fault = FindFaultInForm(unverified) ?? await FindFaultAsync(unverified, validationParameters);
        if (fault is not null) return Refused(fault, token);
        var result = await ValidateWithLatestKeysAsync(token, validationParameters);
        fault = result.IsValid ? FindFaultInSubject(unverified.Payload) : RefusalOf(result.Exception);
        return fault is null ? result : Refused(fault, token);
    }

    /// <summary>If the signature is invalid, the issuer may have replaced the key and reused its id.</summary>
    private async Task<TokenValidationResult> ValidateWithLatestKeysAsync(string token, TokenValidationParameters rules)
    {
        var known = issuer.Current;
        var result = await base.ValidateTokenAsync(token, rules);
        if (result.Exception is not SecurityTokenInvalidSignatureException) return result;
        await issuer.RefreshAsync();
        return issuer.Current == known ? result : await base.ValidateTokenAsync(token, rules);
    }

    /// <summary>The first violated rule, apart from the signature; null if there is none.</summary>
    protected virtual async ValueTask<Refusal?> FindFaultAsync(UnverifiedToken token, TokenValidationParameters rules)
    {
        if (FindFault(token.Header, token.Payload, rules) is { } fault) return fault;
        if (Text(token.Header, "kid") is not { } key) return new(Reasons.UnknownKey);
        if (issuer.Knows(key)) return null;
        var failure = await issuer.RefreshAsync();
        return issuer.Knows(key) ? null : new(failure is null ? Reasons.UnknownKey : Reasons.IdentityProviderUnavailable);
    }

    // RFC 7515, section 4.1.11: unknown critical headers must be rejected, and none are known here.
    private static Refusal? FindFaultInForm(UnverifiedToken token) =>
        token.HasNameTwice ? Malformed("A name comes twice in the token's header or payload.", "Every name may come once.")
        : !token.IsWellFormed ? new(Reasons.MalformedToken)
        : Member(token.Header, "crit") is null ? null
        : Malformed("The token has a critical header, and this API understands none.", "Get a token without crit.");

    private Refusal? FindFault(JsonElement? header, JsonElement? claims, TokenValidationParameters rules)
    {
        if (Member(header, "kid") is not null && Text(header, "kid") is null) return BadClaim("kid", "text");
        if (Text(header, "alg") is not { } algorithm) return BadClaim("alg", "text");

        // RFC 8725, section 3.2: "none", in any case.
        if (algorithm.Equals("none", StringComparison.OrdinalIgnoreCase)) return Wrong(Reasons.UnsignedToken, rules);
        if (!rules.ValidAlgorithms.Contains(algorithm)) return Wrong(Reasons.AlgorithmNotAllowed, rules);
        if (!rules.ValidTypes.Contains(Text(header, "typ"))) return WrongType(claims, rules);
        if (Text(claims, "iss") != rules.ValidIssuer) return Wrong(Reasons.WrongIssuer, rules);
        if (!IsFor(rules.ValidAudience, claims)) return Wrong(Reasons.WrongAudience, rules);

        // RFC 9068, section 2.2: exp is required.
        var now = time.GetUtcNow();
        if (Member(claims, "exp") is null) return MissingClaim("exp", "Give the access tokens a lifetime.");
        if (Time(claims, "exp") is not { } expires) return BadClaim("exp", "a time in seconds since 1970");
        if (now - rules.ClockSkew >= expires) return new(Reasons.TokenExpired);

        if (Member(claims, "nbf") is null) return null;
        if (Time(claims, "nbf") is not { } begins) return BadClaim("nbf", "a time in seconds since 1970");
        return begins > now + rules.ClockSkew ? new(Reasons.TokenNotYetValid) : null;
    }

    /// <summary>A string or an array (RFC 7519, section 4.1.3).</summary>
    private static bool IsFor(string audience, JsonElement? claims) =>
        Member(claims, "aud") is { ValueKind: JsonValueKind.Array } many
            ? many.EnumerateArray().Any(one => one.ValueKind == JsonValueKind.String && one.ValueEquals(audience))
            : Text(claims, "aud") == audience;

    /// <summary>An access token requires <c>sub</c> (RFC 9068, section 2.2).</summary>
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
    /// Maps JwtBearer's exception to a reason; null if it is not about the token. The message is dropped, since it can quote the token.
    /// </summary>
    private static Refusal? RefusalOf(Exception exception) =>
        Reasons.Find(AuthReasons.Of(exception)) is { Word: var word } ? new(word)
        : exception is SecurityTokenException or ArgumentException ? new(Reasons.MalformedToken)
        : null;

    private static TokenValidationResult Refused(Refusal refusal, string token) =>
        new() { Exception = new CredentialRefusedException(refusal) { Token = token } };

    private static Refusal Malformed(string detail, string hint) => new(Reasons.MalformedToken) { Detail = detail, Hint = hint };

    private static Refusal MissingClaim(string name, string hint) =>
        Malformed($"The token has no {name}, which an access token needs (RFC 9068, section 2.2).", hint);

    private static Refusal BadClaim(string name, string expected) =>
        Malformed($"The token's {name} is not {expected}.", "See what the identity provider writes there.");

    /// <summary>Describes what is required. The rejected token's values are not included.</summary>
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

    /// <summary>An access token of another type: Keycloak's default, unless RFC 9068 is enabled for the client.</summary>
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
