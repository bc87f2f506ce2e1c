using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace AuthDemo.ServiceDefaults;

/// <summary>
/// A JWT in JWS compact form, read and not yet trusted: for the checks before its validation, and for people to look at. Anybody can have
/// written it.
/// </summary>
public sealed class UnverifiedToken(string token)
{
    /// <summary>The end of the year 9999, past which .NET knows no time.</summary>
    private const long LatestTime = 253402300799;

    // RFC 7515, section 2: no padding, no white space.
    private static readonly SearchValues<char> Characters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");

    // RFC 7515, section 4 and RFC 7519, section 4: a name that comes twice would mean one thing to one reader and another to the next.
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    private readonly Range[] parts = [.. token.AsSpan().Split('.')];

    /// <summary>
    /// Header, payload and signature in base64url, with dots between (RFC 7515, section 3.1). An empty signature is left to the validation.
    /// </summary>
    public bool IsWellFormed => parts.Length == 3
        && !token.AsSpan().ContainsAnyExcept(Characters) && Base64Url.IsValid(token.AsSpan(parts[2]))
        && Header is not null && Payload is not null;

    /// <summary>Whether the header or the payload would be a JSON object, if a name did not come twice.</summary>
    public bool HasNameTwice =>
        parts.Length == 3
        && parts[..2].Any(part => ReadPart(token[part]) is null && Read(token[part], options: default) is not null);

    /// <summary>The header, also of a malformed token; null where it is no JSON object.</summary>
    public JsonElement? Header => field ??= ReadPart(token.AsSpan(parts[0]));

    /// <summary>The claims, likewise.</summary>
    public JsonElement? Payload => field ??= parts.Length > 1 ? ReadPart(token.AsSpan(parts[1])) : null;

    /// <summary>The JSON object in a header or a payload; null where it is none.</summary>
    public static JsonElement? ReadPart(ReadOnlySpan<char> part) => Read(part, Strict);

    /// <summary>A member; null where there is none of this name.</summary>
    public static JsonElement? Member(JsonElement? json, string name) =>
        json?.TryGetProperty(name, out var member) == true ? member : null;

    /// <summary>The text of a member; null for anything else.</summary>
    public static string? Text(JsonElement? json, string name) =>
        Member(json, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    /// <summary>A NumericDate: seconds since 1970, perhaps with a fraction (RFC 7519, section 2); else null.</summary>
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
            // JSON allows half a surrogate pair, which is no text: found here, not where it is looked at
            if (bytes.Contains((byte)'\\')) _ = JsonSerializer.SerializeToUtf8Bytes(json);
            return json.ValueKind == JsonValueKind.Object ? json : null;
        }
        catch (Exception exception) when (exception is FormatException or JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
