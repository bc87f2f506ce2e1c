using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;

namespace AuthDemo.Api.Authentication;

/// <summary>A JWT in JWS compact form, parsed and not yet trusted.</summary>
internal sealed class CompactJws : IDisposable
{
    /// <summary>OpenID Connect Core 1.0, section 2: a <c>sub</c> has 255 characters at most.</summary>
    private const int LongestSubject = 255;

    // RFC 7515, section 2: no padding, no white space.
    private static readonly SearchValues<char> Base64UrlCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    // RFC 7515, section 4 and RFC 7519, section 4: a name that comes twice would mean one thing to one reader and another to the next.
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    private readonly JsonDocument header;
    private readonly JsonDocument payload;

    private CompactJws(JsonDocument header, JsonDocument payload)
    {
        this.header = header;
        this.payload = payload;
    }

    public JsonElement Header => header.RootElement;

    public JsonElement Payload => payload.RootElement;

    /// <summary>The id of the key that the token says it is signed with; null where it names none.</summary>
    public string? KeyId => TextOf(Header, "kid");

    /// <summary>An access token says whom it is about (RFC 9068, section 2.2).</summary>
    public bool HasSubject =>
        TextOf(Payload, "sub") is { Length: <= LongestSubject } subject
        && !string.IsNullOrWhiteSpace(subject)
        && !subject.Any(char.IsControl);

    /// <summary>
    /// Header, payload and signature in base64url, with dots between (RFC 7515, section 3.1); null where that cannot be understood. An
    /// empty signature is for the validation to judge.
    /// </summary>
    public static CompactJws? Read(string token)
    {
        Span<Range> parts = stackalloc Range[4];
        if (token.AsSpan().Split(parts, '.') != 3 || !IsBase64Url(token.AsSpan(parts[2]))) return null;

        var header = Parse(token.AsSpan(parts[0]));
        var payload = header is null ? null : Parse(token.AsSpan(parts[1]));
        // RFC 7515, section 4.1.11: who does not understand a critical header must refuse the token. This API understands none.
        if (header is not null && payload is not null && !header.RootElement.TryGetProperty("crit", out _))
            return new CompactJws(header, payload);

        header?.Dispose();
        payload?.Dispose();
        return null;
    }

    /// <summary>A member that is a string; null where it is absent, of another type, or no Unicode text.</summary>
    public static string? TextOf(JsonElement element, string name)
    {
        try
        {
            return element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            // JSON allows half a surrogate pair, which is no text.
            return null;
        }
    }

    public void Dispose()
    {
        header.Dispose();
        payload.Dispose();
    }

    private static JsonDocument? Parse(ReadOnlySpan<char> part)
    {
        if (!IsBase64Url(part)) return null;
        JsonDocument? document = null;
        try
        {
            document = JsonDocument.Parse(Base64Url.DecodeFromChars(part), Strict);
            if (document.RootElement.ValueKind == JsonValueKind.Object) return document;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // No JSON, or a name that is half a surrogate pair.
        }

        document?.Dispose();
        return null;
    }

    private static bool IsBase64Url(ReadOnlySpan<char> part) => Base64Url.IsValid(part) && !part.ContainsAnyExcept(Base64UrlCharacters);
}
