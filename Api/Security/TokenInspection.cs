using System.Text.Json;
using AuthDemo.ServiceDefaults;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace AuthDemo.Api.Security;

/// <summary>
/// Names the first rule that a token breaks, in a fixed order: syntax and <c>crit</c>, <c>alg</c>, <c>typ</c>, <c>iss</c>, <c>aud</c>,
/// <c>exp</c> and
/// <c>nbf</c>. It can only refuse: whether a token is good is for JwtBearer to say, which checks all of this again, and the signature.
/// </summary>
internal sealed class TokenInspection(IOptionsMonitor<JwtBearerOptions> options, TimeProvider time)
{
    /// <summary>The reason to refuse the token; null where nothing is wrong that can be seen without a key.</summary>
    /// <param name="token">What came after <c>Bearer</c>.</param>
    /// <param name="key">The id of the key that the token says it is signed with; null where it names none.</param>
    public string? Inspect(string token, out string? key)
    {
        key = null;
        if (CompactJws.Read(token) is not { } jws) return Reasons.MalformedToken;
        var rules = options.Get(JwtBearerDefaults.AuthenticationScheme).TokenValidationParameters;
        try
        {
            return InspectHeader(jws.Header, rules, out key) ?? InspectPayload(jws.Payload, rules);
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair: legal JSON, and no text.
            return Reasons.MalformedToken;
        }
    }

    private static string? InspectHeader(JsonElement header, TokenValidationParameters rules, out string? key)
    {
        key = TextOf(header, "kid");
        if (key is null && header.TryGetProperty("kid", out _)) return Reasons.MalformedToken;
        if (TextOf(header, "alg") is not { } algorithm) return Reasons.MalformedToken;

        // RFC 8725, section 3.2: none, however it is written.
        if (algorithm.Equals("none", StringComparison.OrdinalIgnoreCase)) return Reasons.UnsignedToken;
        if (!rules.ValidAlgorithms.Contains(algorithm)) return Reasons.AlgorithmNotAllowed;
        return TextOf(header, "typ") is { } type && rules.ValidTypes.Contains(type) ? null : Reasons.WrongTokenType;
    }

    private string? InspectPayload(JsonElement payload, TokenValidationParameters rules)
    {
        if (TextOf(payload, "iss") != rules.ValidIssuer) return Reasons.WrongIssuer;
        if (!payload.TryGetProperty("aud", out var audience) || !Names(audience, rules.ValidAudience)) return Reasons.WrongAudience;

        // RFC 9068, section 2.2: an access token has an end.
        if (!payload.TryGetProperty("exp", out var exp) || !NumericDate.TryRead(exp, out var expires)) return Reasons.MalformedToken;
        var now = time.GetUtcNow();
        if (now - rules.ClockSkew >= expires) return Reasons.TokenExpired;

        if (!payload.TryGetProperty("nbf", out var nbf)) return null;
        if (!NumericDate.TryRead(nbf, out var begins)) return Reasons.MalformedToken;
        return begins > now + rules.ClockSkew ? Reasons.TokenNotYetValid : null;
    }

    /// <summary>One audience is a string, several are an array (RFC 7519, section 4.1.3).</summary>
    private static bool Names(JsonElement audience, string wanted) => audience.ValueKind switch
    {
        JsonValueKind.String => audience.ValueEquals(wanted),
        JsonValueKind.Array => audience.EnumerateArray().Any(one => one.ValueKind == JsonValueKind.String && one.ValueEquals(wanted)),
        _ => false,
    };

    private static string? TextOf(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
