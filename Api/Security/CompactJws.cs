using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;

namespace AuthDemo.Api.Security;

/// <summary>A JWT in JWS compact form, taken apart and not yet believed.</summary>
/// <param name="Header">The JOSE header.</param>
/// <param name="Payload">The claims.</param>
internal sealed record CompactJws(JsonElement Header, JsonElement Payload)
{
    // RFC 7515, section 2: no padding, no white space.
    private static readonly SearchValues<char> Base64UrlCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    // RFC 7519, section 4: a name that comes twice would mean one thing to one reader and another to the next.
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>Takes a token apart; null where it cannot be understood.</summary>
    public static CompactJws? Read(string token)
    {
        // RFC 7515, section 3.1: header, payload and signature in base64url, with dots between. An empty signature is for others to judge.
        if (token.Split('.') is not [var header, var payload, var signature] || Decode(signature) is null) return null;
        try
        {
            if (Parse(header) is not { } headerJson || Parse(payload) is not { } payloadJson) return null;

            // RFC 7515, section 4.1.11: who does not understand a critical header must refuse the token. This API understands none.
            return headerJson.TryGetProperty("crit", out _) ? null : new CompactJws(headerJson, payloadJson);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // No JSON, or a name that is half a surrogate pair: legal JSON, and no text.
            return null;
        }
    }

    private static JsonElement? Parse(string part) =>
        Decode(part) is { } json && JsonElement.Parse(json, Strict) is { ValueKind: JsonValueKind.Object } element ? element : null;

    private static byte[]? Decode(string part) =>
        Base64Url.IsValid(part) && !part.AsSpan().ContainsAnyExcept(Base64UrlCharacters) ? Base64Url.DecodeFromChars(part) : null;
}
