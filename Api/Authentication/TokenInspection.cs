using System.Text.Json;
using AuthDemo.ServiceDefaults;
using Microsoft.IdentityModel.Tokens;

namespace AuthDemo.Api.Authentication;

/// <summary>
/// Names the first rule that a token breaks, in a fixed order: <c>alg</c>, <c>typ</c>, <c>iss</c>, <c>aud</c>, <c>exp</c> and <c>nbf</c>.
/// JwtBearer checks all of this again, but looks at the signature first, so that a foreign issuer would look like a forged token.
/// </summary>
internal static class TokenInspection
{
    /// <summary>The end of the year 9999, past which .NET knows no time.</summary>
    private const long LatestTime = 253402300799;

    public static string? FindFault(CompactJws jws, TokenValidationParameters rules, DateTimeOffset now)
    {
        try
        {
            return FindFaultInHeader(jws.Header, rules) ?? FindFaultInPayload(jws.Payload, rules, now);
        }
        catch (InvalidOperationException)
        {
            // JSON allows half a surrogate pair, which is no text.
            return Reasons.MalformedToken;
        }
    }

    private static string? FindFaultInHeader(JsonElement header, TokenValidationParameters rules)
    {
        if (header.TryGetProperty("kid", out _) && CompactJws.TextOf(header, "kid") is null) return Reasons.MalformedToken;
        if (CompactJws.TextOf(header, "alg") is not { } algorithm) return Reasons.MalformedToken;

        // RFC 8725, section 3.2: none, however it is written.
        if (algorithm.Equals("none", StringComparison.OrdinalIgnoreCase)) return Reasons.UnsignedToken;
        if (!rules.ValidAlgorithms.Contains(algorithm)) return Reasons.AlgorithmNotAllowed;
        return CompactJws.TextOf(header, "typ") is { } type && rules.ValidTypes.Contains(type) ? null : Reasons.WrongTokenType;
    }

    private static string? FindFaultInPayload(JsonElement payload, TokenValidationParameters rules, DateTimeOffset now)
    {
        if (CompactJws.TextOf(payload, "iss") != rules.ValidIssuer) return Reasons.WrongIssuer;
        if (!payload.TryGetProperty("aud", out var audience) || !Names(audience, rules.ValidAudience)) return Reasons.WrongAudience;

        // RFC 9068, section 2.2: an access token has an end.
        if (!payload.TryGetProperty("exp", out var exp) || TimeOf(exp) is not { } expires) return Reasons.MalformedToken;
        if (now - rules.ClockSkew >= expires) return Reasons.TokenExpired;

        if (!payload.TryGetProperty("nbf", out var nbf)) return null;
        if (TimeOf(nbf) is not { } begins) return Reasons.MalformedToken;
        return begins > now + rules.ClockSkew ? Reasons.TokenNotYetValid : null;
    }

    /// <summary>One audience is a string, several are an array (RFC 7519, section 4.1.3).</summary>
    private static bool Names(JsonElement audience, string wanted) => audience.ValueKind switch
    {
        JsonValueKind.String => audience.ValueEquals(wanted),
        JsonValueKind.Array => audience.EnumerateArray().Any(one => one.ValueKind == JsonValueKind.String && one.ValueEquals(wanted)),
        _ => false,
    };

    /// <summary>Seconds since 1970, with or without a fraction (RFC 7519, section 2).</summary>
    public static DateTimeOffset? TimeOf(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var seconds) ? TimeOf(seconds) : null;

    public static DateTimeOffset? TimeOf(double seconds) =>
        seconds is >= 0 and <= LatestTime ? DateTimeOffset.FromUnixTimeSeconds((long)seconds) : null;
}
