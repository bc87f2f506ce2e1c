using System.Buffers.Text;
using System.Text.Json;
using AuthDemo.ServiceDefaults;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace AuthDemo.Api.Security;

/// <summary>
/// Names the first rule that a token breaks, in a fixed order: syntax and <c>crit</c>, <c>alg</c>, <c>typ</c>, <c>iss</c>, <c>aud</c>, <c>exp</c> and
/// <c>nbf</c>. It can only refuse: whether a token is good is for JwtBearer to say, which checks all of this again, and the signature.
/// </summary>
internal sealed class TokenInspection(IOptionsMonitor<JwtBearerOptions> options, TimeProvider time)
{
    /// <summary>A name that comes twice would mean one thing to one reader and another to the next (RFC 7519, section 4).</summary>
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>The reason to refuse the token; null where nothing is wrong that can be seen without a key.</summary>
    /// <param name="token">What came after <c>Bearer</c>.</param>
    /// <param name="key">The id of the key that the token says it is signed with; null where it names none.</param>
    public string? Inspect(string token, out string? key)
    {
        key = null;
        var rules = options.Get(JwtBearerDefaults.AuthenticationScheme).TokenValidationParameters;

        // RFC 7515, section 3.1: header, payload and signature in base64url, with dots between.
        var parts = token.Split('.');
        if (parts.Length != 3 || !Base64Url.IsValid(parts[2]) || parts[2].Contains('=')) return Reasons.MalformedToken;
        using var header = Read(parts[0]);
        using var payload = Read(parts[1]);
        if (header is null || payload is null) return Reasons.MalformedToken;

        return InspectHeader(header.RootElement, rules, out key) ?? InspectPayload(payload.RootElement, rules);
    }

    private static string? InspectHeader(JsonElement header, TokenValidationParameters rules, out string? key)
    {
        key = null;

        // RFC 7515, section 4.1.11: who does not understand a critical header must refuse the token. This API understands none.
        if (header.TryGetProperty("crit", out _)) return Reasons.MalformedToken;
        if (TextOf(header, "alg") is not { } algorithm) return Reasons.MalformedToken;
        if (header.TryGetProperty("kid", out var kid))
        {
            if (kid.ValueKind != JsonValueKind.String) return Reasons.MalformedToken;
            key = kid.GetString();
        }

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

    /// <summary>A part as a JSON object; null where it is none.</summary>
    private static JsonDocument? Read(string part)
    {
        // RFC 7515, section 2: no padding, no white space.
        if (part.AsSpan().ContainsAnyExcept(Base64UrlCharacters)) return null;
        try
        {
            var document = JsonDocument.Parse(Base64Url.DecodeFromChars(part), Strict);
            if (document.RootElement.ValueKind == JsonValueKind.Object) return document;
            document.Dispose();
            return null;
        }
        catch (Exception exception) when (exception is FormatException or JsonException)
        {
            return null;
        }
    }

    private static readonly System.Buffers.SearchValues<char> Base64UrlCharacters =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");
}
