using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace AuthDemo.ServiceDefaults;

/// <summary>A decoded JWT (JWS compact form) that is not validated: for checks before validation, and for display.</summary>
public sealed class UnverifiedToken : IDisposable
{
    /// <summary>The maximum of <see cref="DateTimeOffset"/>.</summary>
    private const long LatestTime = 253402300799;

    // RFC 7515, section 2: no padding, no whitespace.
    private static readonly SearchValues<char> Characters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");

    private readonly string token;
    private readonly JsonDocument? header;
    private readonly JsonDocument? payload;

    public UnverifiedToken(string token)
    {
        this.token = token;
        Span<Range> parts = stackalloc Range[4];
        var count = token.AsSpan().Split(parts, '.');
        if (count == 1) return;

        header = ReadPart(token.AsSpan(parts[0]));
        payload = ReadPart(token.AsSpan(parts[1]));
        IsWellFormed = count == 3 && header is not null && payload is not null
            && !token.AsSpan().ContainsAnyExcept(Characters) && Base64Url.IsValid(token.AsSpan(parts[2]));
    }

    /// <summary>
    /// Header, payload and signature in base64url, separated by dots (RFC 7515, section 3.1). An empty signature is left to validation.
    /// </summary>
    public bool IsWellFormed { get; }

    /// <summary>Whether the header or the payload is a JSON object apart from duplicate names.</summary>
    public bool HasNameTwice => !IsWellFormed && token.Split('.') is { Length: 3 } parts
        && parts[..2].Any(part => ReadPart(part) is null && ReadPart(part, allowDuplicates: true) is not null);

    /// <summary>The header, even of a malformed token; null if it is not a JSON object.</summary>
    public JsonElement? Header => header?.RootElement;

    /// <summary>The claims, even of a malformed token; null if they are not a JSON object.</summary>
    public JsonElement? Payload => payload?.RootElement;

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

    /// <summary>
    /// Decodes the JSON object of a header or a payload; null if it is not one. Duplicate names are ambiguous (RFC 7515, section 4, and
    /// RFC 7519, section 4).
    /// </summary>
    public static JsonDocument? ReadPart(ReadOnlySpan<char> part, bool allowDuplicates = false)
    {
        try
        {
            var bytes = Base64Url.DecodeFromChars(part);
            if (!Utf8.IsValid(bytes)) return null; // RFC 8259, section 8.1; the parser looks at names only
            var json = JsonDocument.Parse(bytes, new JsonDocumentOptions { AllowDuplicateProperties = allowDuplicates });
            // JSON can contain unpaired surrogates; this throws for them
            if (bytes.Contains((byte)'\\')) _ = JsonSerializer.SerializeToUtf8Bytes(json);
            return json.RootElement.ValueKind == JsonValueKind.Object ? json : null;
        }
        catch (Exception exception) when (exception is FormatException or JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    public void Dispose()
    {
        header?.Dispose();
        payload?.Dispose();
    }
}
