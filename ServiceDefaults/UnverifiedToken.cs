using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace AuthDemo.ServiceDefaults;

/// <summary>A decoded JWT (JWS compact form) that is not validated: for checks before validation, and for display.</summary>
public sealed class UnverifiedToken(string token)
{
    /// <summary>The maximum of <see cref="DateTimeOffset"/>.</summary>
    private const long LatestTime = 253402300799;

    // RFC 7515, section 2: no padding, no whitespace.
    private static readonly SearchValues<char> Characters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");

    // RFC 7515, section 4 and RFC 7519, section 4: duplicate names are ambiguous.
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    private readonly Range[] parts = [.. token.AsSpan().Split('.')];

    /// <summary>
    /// Header, payload and signature in base64url, separated by dots (RFC 7515, section 3.1). An empty signature is left to validation.
    /// </summary>
    public bool IsWellFormed => parts.Length == 3
        && !token.AsSpan().ContainsAnyExcept(Characters) && Base64Url.IsValid(token.AsSpan(parts[2]))
        && Header is not null && Payload is not null;

    /// <summary>Whether the header or the payload is a JSON object apart from duplicate names.</summary>
    public bool HasNameTwice =>
        parts.Length == 3
        && parts[..2].Any(part => ReadPart(token[part]) is null && Read(token[part], options: default) is not null);

    /// <summary>The header, even of a malformed token; null if it is not a JSON object.</summary>
    public JsonElement? Header => field ??= ReadPart(token.AsSpan(parts[0]));

    /// <summary>The claims, even of a malformed token; null if they are not a JSON object.</summary>
    public JsonElement? Payload => field ??= parts.Length > 1 ? ReadPart(token.AsSpan(parts[1])) : null;

    /// <summary>Decodes the JSON object of a header or a payload; null if it is not one.</summary>
    public static JsonElement? ReadPart(ReadOnlySpan<char> part) => Read(part, Strict);

    /// <summary>A member; null if it is missing.</summary>
    public static JsonElement? Member(JsonElement? json, string name) =>
        json?.TryGetProperty(name, out var member) == true ? member : null;

    /// <summary>A string member; null for other types.</summary>
    public static string? Text(JsonElement? json, string name) =>
        Member(json, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    /// <summary>A NumericDate (RFC 7519, section 2); null if it is not one.</summary>
    public static DateTimeOffset? Time(JsonElement? json, string name) =>
        Member(json, name) is { ValueKind: JsonValueKind.Number } seconds ? Time(seconds.GetDouble()) : null;

    public static DateTimeOffset? Time(double seconds) =>
        seconds is >= 0 and <= LatestTime ? DateTimeOffset.FromUnixTimeSeconds((long)seconds) : null;

    private static JsonElement? Read(ReadOnlySpan<char> part, JsonDocumentOptions options)
    {
        try
        {
            var bytes = Base64Url.DecodeFromChars(part);
            if (!Utf8.IsValid(bytes)) return null; // RFC 8259, section 8.1; the parser looks at names only
            var json = JsonElement.Parse(bytes, options);
            // JSON can contain unpaired surrogates; this throws for them
            if (bytes.Contains((byte)'\\')) _ = JsonSerializer.SerializeToUtf8Bytes(json);
            return json.ValueKind == JsonValueKind.Object ? json : null;
        }
        catch (Exception exception) when (exception is FormatException or JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
