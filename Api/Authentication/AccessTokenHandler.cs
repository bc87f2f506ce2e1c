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
        // RFC 7515, section 4.1.11: who does not understand a critical header must refuse the token. This API understands none.
        if (!unverified.IsWellFormed || UnverifiedToken.Member(unverified.Header, "crit") is not null)
            return Refused(Reasons.MalformedToken);
        if (await FindFaultAsync(unverified, validationParameters) is { } reason) return Refused(reason);

        var result = await base.ValidateTokenAsync(token, validationParameters);
        // The issuer may have put another key in its place, under the same id.
        if (result.Exception is SecurityTokenInvalidSignatureException && await issuer.RefreshAsync())
            result = await base.ValidateTokenAsync(token, validationParameters);
        return !result.IsValid || HasSubject(unverified) ? result : Refused(Reasons.MalformedToken);
    }

    /// <summary>The reason to refuse the token; null where nothing is wrong but perhaps the signature.</summary>
    protected virtual async ValueTask<string?> FindFaultAsync(UnverifiedToken token, TokenValidationParameters rules) =>
        FindFault(token, rules) ?? await issuer.FindKeyAsync(UnverifiedToken.Text(token.Header, "kid")) switch
        {
            KeyLookup.Found => null,
            KeyLookup.Unknown => Reasons.UnknownKey,
            _ => Reasons.IdentityProviderUnavailable,
        };

    private string? FindFault(UnverifiedToken token, TokenValidationParameters rules)
    {
        try
        {
            return FindFaultInHeader(token.Header, rules) ?? FindFaultInPayload(token.Payload, rules);
        }
        catch (InvalidOperationException)
        {
            // JSON allows half a surrogate pair, which is no text.
            return Reasons.MalformedToken;
        }
    }

    private static string? FindFaultInHeader(JsonElement? header, TokenValidationParameters rules)
    {
        if (UnverifiedToken.Member(header, "kid") is { ValueKind: not JsonValueKind.String }) return Reasons.MalformedToken;
        if (UnverifiedToken.Text(header, "alg") is not { } algorithm) return Reasons.MalformedToken;

        // RFC 8725, section 3.2: none, however it is written.
        if (algorithm.Equals("none", StringComparison.OrdinalIgnoreCase)) return Reasons.UnsignedToken;
        if (!rules.ValidAlgorithms.Contains(algorithm)) return Reasons.AlgorithmNotAllowed;
        return rules.ValidTypes.Contains(UnverifiedToken.Text(header, "typ")) ? null : Reasons.WrongTokenType;
    }

    private string? FindFaultInPayload(JsonElement? claims, TokenValidationParameters rules)
    {
        if (UnverifiedToken.Text(claims, "iss") != rules.ValidIssuer) return Reasons.WrongIssuer;
        if (!IsFor(rules.ValidAudience, UnverifiedToken.Member(claims, "aud"))) return Reasons.WrongAudience;

        // RFC 9068, section 2.2: an access token has an end.
        var now = time.GetUtcNow();
        if (UnverifiedToken.Time(claims, "exp") is not { } expires) return Reasons.MalformedToken;
        if (now - rules.ClockSkew >= expires) return Reasons.TokenExpired;

        if (UnverifiedToken.Member(claims, "nbf") is null) return null;
        if (UnverifiedToken.Time(claims, "nbf") is not { } begins) return Reasons.MalformedToken;
        return begins > now + rules.ClockSkew ? Reasons.TokenNotYetValid : null;
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
    private static bool HasSubject(UnverifiedToken token) =>
        UnverifiedToken.Text(token.Payload, "sub") is { Length: <= MaxSubjectLength } subject
        && !string.IsNullOrWhiteSpace(subject)
        && !subject.Any(char.IsControl);

    private static TokenValidationResult Refused(string reason) => new() { Exception = new CredentialRefusedException(reason) };
}
