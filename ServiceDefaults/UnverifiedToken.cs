using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text.Json;

namespace AuthDemo.ServiceDefaults;

/// <summary>
/// A JWT in JWS compact form, read and not yet trusted: for the checks before its validation, and for people to look at. Anybody can have
/// written it.
/// </summary>
public sealed class UnverifiedToken
{
    private const int MaxShownLength = 100;

    /// <summary>The end of the year 9999, past which .NET knows no time.</summary>
    private const long LatestTime = 253402300799;

    // RFC 7515, section 2: no padding, no white space.
    private static readonly SearchValues<char> Characters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");

    // RFC 7515, section 4 and RFC 7519, section 4: a name that comes twice would mean one thing to one reader and another to the next.
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    private UnverifiedToken(string token)
    {
        var parts = token.Split('.', count: 4);
        var (header, payload) = (ReadPart(parts[0], Strict), parts.Length > 1 ? ReadPart(parts[1], Strict) : null);
        IsWellFormed = parts.Length == 3 && header is not null && payload is not null
            && !token.AsSpan().ContainsAnyExcept(Characters) && Base64Url.IsValid(parts[2]);
        Header = header ?? ReadPart(parts[0]);
        Payload = payload ?? (parts.Length > 1 ? ReadPart(parts[1]) : null);
        HasNameTwice = parts.Length == 3 && ((header is null && Header is not null) || (payload is null && Payload is not null));
    }

    /// <summary>
    /// Header, payload and signature in base64url, with dots between (RFC 7515, section 3.1). An empty signature is left to the validation.
    /// </summary>
    public bool IsWellFormed { get; }

    /// <summary>A name comes twice in the header or in the payload, and only that makes it malformed.</summary>
    public bool HasNameTwice { get; }

    /// <summary>The header, also of a malformed token; null where it is no JSON object.</summary>
    public JsonElement? Header { get; }

    /// <summary>The claims, likewise.</summary>
    public JsonElement? Payload { get; }

    public static UnverifiedToken Read(string token) => new(token);

    /// <summary>The JSON object in a header or a payload; null where it is none.</summary>
    public static JsonElement? ReadPart(string part, JsonDocumentOptions options = default)
    {
        try
        {
            return JsonElement.Parse(Base64Url.DecodeFromChars(part), options) is { ValueKind: JsonValueKind.Object } json ? json : null;
        }
        catch (Exception exception) when (exception is FormatException or JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>A member of the header or the payload; null where it is absent.</summary>
    public static JsonElement? Member(JsonElement? part, string name)
    {
        try
        {
            return part is { } json && json.TryGetProperty(name, out var value) ? value : null;
        }
        catch (InvalidOperationException)
        {
            // JSON allows half a surrogate pair, which is no text and no name.
            return null;
        }
    }

    /// <summary>A member that is a string; null where it is absent, of another type, or no Unicode text.</summary>
    public static string? Text(JsonElement? part, string name)
    {
        try
        {
            return Member(part, name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>A NumericDate: seconds since 1970, perhaps with a fraction (RFC 7519, section 2); else null.</summary>
    public static DateTimeOffset? Time(JsonElement? part, string name) =>
        Member(part, name) is { ValueKind: JsonValueKind.Number } value && value.TryGetDouble(out var seconds) ? Time(seconds) : null;

    public static DateTimeOffset? Time(double seconds) =>
        seconds is >= 0 and <= LatestTime ? DateTimeOffset.FromUnixTimeSeconds((long)seconds) : null;

    /// <summary>What the span of a refused token may show in Development: nothing about a person, 100 characters a value.</summary>
    public IEnumerable<(string Name, string Value)> Shown() =>
        from member in ((string Name, string? Value)[])
        [
            ("alg", Text(Header, "alg")),
            ("typ", Text(Header, "typ")),
            ("kid", Text(Header, "kid")),
            ("issuer", Text(Payload, "iss")),
            ("audience", Member(Payload, "aud") is { ValueKind: JsonValueKind.Array } many ? many.GetRawText() : Text(Payload, "aud")),
            ("expires", Time(Payload, "exp")?.ToString("u", CultureInfo.InvariantCulture)),
        ]
        where member.Value is not null
        select (member.Name, member.Value.Length <= MaxShownLength ? member.Value : member.Value[..MaxShownLength]);
}
