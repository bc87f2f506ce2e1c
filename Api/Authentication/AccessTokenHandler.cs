using System.Text.Json;
using AuthDemo.ServiceDefaults;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

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
        var unverified = UnverifiedToken.Read(token);
        if (FindFault(unverified) is { } fault) return Refused(fault);
        if (await FindFaultAsync(unverified, validationParameters) is { } first) return Refused(first);

        var result = await base.ValidateTokenAsync(token, validationParameters);
        if (result.Exception is SecurityTokenInvalidSignatureException)
        {
            // The issuer may have put another key in its place, under the same id.
            await issuer.RefreshAsync();
            result = await base.ValidateTokenAsync(token, validationParameters);
        }

        return result.IsValid && FindFaultInSubject(unverified.Payload) is { } last ? Refused(last) : result;
    }

    /// <summary>The first rule that the token breaks; null where nothing is wrong but perhaps the signature.</summary>
    protected virtual async ValueTask<CredentialRefusedException?> FindFaultAsync(UnverifiedToken token, TokenValidationParameters rules) =>
        FindFault(token, rules) ?? await FindFaultInKeyAsync(UnverifiedToken.Text(token.Header, "kid"));

    private async ValueTask<CredentialRefusedException?> FindFaultInKeyAsync(string? id)
    {
        if (id is null) return new(Reasons.UnknownKey);
        if (issuer.Knows(id)) return null;
        var failure = await issuer.RefreshAsync();
        return issuer.Knows(id) ? null : new(failure is null ? Reasons.UnknownKey : Reasons.IdentityProviderUnavailable);
    }

    private static CredentialRefusedException? FindFault(UnverifiedToken token)
    {
        if (token.HasNameTwice) return Malformed("A name comes twice in the token's header or payload.", "Every name may come once.");
        if (!token.IsWellFormed) return new(Reasons.MalformedToken);
        // RFC 7515, section 4.1.11: who does not understand a critical header must refuse the token. This API understands none.
        return UnverifiedToken.Member(token.Header, "crit") is null
            ? null
            : Malformed("The token has a critical header, and this API understands none.", "Get a token without crit.");
    }

    private CredentialRefusedException? FindFault(UnverifiedToken token, TokenValidationParameters rules)
    {
        try
        {
            return FindFaultInHeader(token, rules) ?? FindFaultInPayload(token.Payload, rules);
        }
        catch (InvalidOperationException)
        {
            // JSON allows half a surrogate pair, which is no text.
            return new(Reasons.MalformedToken);
        }
    }

    private static CredentialRefusedException? FindFaultInHeader(UnverifiedToken token, TokenValidationParameters rules)
    {
        if (UnverifiedToken.Member(token.Header, "kid") is { ValueKind: not JsonValueKind.String }) return BadClaim("kid", "text");
        if (UnverifiedToken.Text(token.Header, "alg") is not { } algorithm) return BadClaim("alg", "text");

        // RFC 8725, section 3.2: none, however it is written.
        if (algorithm.Equals("none", StringComparison.OrdinalIgnoreCase)) return new(Reasons.UnsignedToken);
        if (!rules.ValidAlgorithms.Contains(algorithm)) return new(Reasons.AlgorithmNotAllowed);
        return rules.ValidTypes.Contains(UnverifiedToken.Text(token.Header, "typ")) ? null : WrongType(token.Payload, rules);
    }

    private CredentialRefusedException? FindFaultInPayload(JsonElement? claims, TokenValidationParameters rules)
    {
        if (UnverifiedToken.Text(claims, "iss") != rules.ValidIssuer) return new(Reasons.WrongIssuer);
        if (!IsFor(rules.ValidAudience, UnverifiedToken.Member(claims, "aud"))) return new(Reasons.WrongAudience);

        // RFC 9068, section 2.2: an access token has an end.
        var now = time.GetUtcNow();
        if (UnverifiedToken.Member(claims, "exp") is null) return MissingClaim("exp", "Give the access tokens a lifetime.");
        if (UnverifiedToken.Time(claims, "exp") is not { } expires) return BadClaim("exp", "a time in seconds since 1970");
        if (now - rules.ClockSkew >= expires) return new(Reasons.TokenExpired);

        if (UnverifiedToken.Member(claims, "nbf") is null) return null;
        if (UnverifiedToken.Time(claims, "nbf") is not { } begins) return BadClaim("nbf", "a time in seconds since 1970");
        return begins > now + rules.ClockSkew ? new(Reasons.TokenNotYetValid) : null;
    }

    /// <summary>One audience is a string, several are an array (RFC 7519, section 4.1.3).</summary>
    private static bool IsFor(string audience, JsonElement? claim) => claim switch
    {
        { ValueKind: JsonValueKind.String } one => one.ValueEquals(audience),
        { ValueKind: JsonValueKind.Array } many =>
            many.EnumerateArray().Any(one => one.ValueKind == JsonValueKind.String && one.ValueEquals(audience)),
        _ => false,
    };

    /// <summary>An access token says whom it is about (RFC 9068, section 2.2).</summary>
    private static CredentialRefusedException? FindFaultInSubject(JsonElement? claims)
    {
        if (UnverifiedToken.Member(claims, "sub") is null)
            return MissingClaim("sub", "In Keycloak the client scope basic adds it: give the client that scope.");
        return UnverifiedToken.Text(claims, "sub") is { Length: <= MaxSubjectLength } subject
            && !string.IsNullOrWhiteSpace(subject) && !subject.Any(char.IsControl)
            ? null
            : BadClaim("sub", $"a line of at most {MaxSubjectLength} characters");
    }

    private static TokenValidationResult Refused(CredentialRefusedException fault) => new() { Exception = fault };

    private static CredentialRefusedException Malformed(string detail, string hint) =>
        new(Reasons.MalformedToken) { Detail = detail, Hint = hint };

    private static CredentialRefusedException MissingClaim(string name, string hint) =>
        Malformed($"The token has no {name}, which an access token needs (RFC 9068, section 2.2).", hint);

    private static CredentialRefusedException BadClaim(string name, string expected) =>
        Malformed($"The token's {name} is not {expected}.", "See what the identity provider writes there.");

    /// <summary>
    /// A token for this API, but of another type: that is how Keycloak writes access tokens unless the client wants those of RFC 9068.
    /// </summary>
    private static CredentialRefusedException WrongType(JsonElement? claims, TokenValidationParameters rules) =>
        !IsFor(rules.ValidAudience, UnverifiedToken.Member(claims, "aud"))
            ? new(Reasons.WrongTokenType)
            : new(Reasons.WrongTokenType)
            {
                Detail = "The token is for this API, and its typ is not at+jwt (RFC 9068, section 2.1).",
                Hint = "If it is an access token, let the identity provider write that type: in Keycloak by the client's attribute "
                    + "access.token.header.type.rfc9068 = true.",
            };
}
