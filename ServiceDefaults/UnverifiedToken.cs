using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AuthDemo.ServiceDefaults;

/// <summary>
/// A JWT in JWS compact form, read and not yet trusted: for the checks before its validation, and for people to look at. Anybody can have
/// written it.
/// </summary>
public sealed class UnverifiedToken
{
    /// <summary>The end of the year 9999, past which .NET knows no time.</summary>
    private const long LatestTime = 253402300799;

    // RFC 7515, section 2: no padding, no white space.
    private static readonly SearchValues<char> Characters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");

    // RFC 7515, section 4 and RFC 7519, section 4: a name that comes twice would mean one thing to one reader and another to the next.
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    private readonly string[] parts;

    public UnverifiedToken(string token)
    {
        parts = token.Split('.', count: 4);
        Header = ReadPart(parts[0]);
        Payload = parts.Length > 1 ? ReadPart(parts[1]) : null;
        IsWellFormed = parts.Length == 3 && Header is not null && Payload is not null
            && !token.AsSpan().ContainsAnyExcept(Characters) && Base64Url.IsValid(parts[2]);
    }

    /// <summary>
    /// Header, payload and signature in base64url, with dots between (RFC 7515, section 3.1). An empty signature is left to the validation.
    /// </summary>
    public bool IsWellFormed { get; }

    /// <summary>Whether the header or the payload would be a JSON object, if a name did not come twice.</summary>
    public bool HasNameTwice => parts.Take(2).Any(part => ReadPart(part) is null && Read(part, options: default) is not null);

    /// <summary>The header, also of a malformed token; null where it is no JSON object.</summary>
    public JsonObject? Header { get; }

    /// <summary>The claims, likewise.</summary>
    public JsonObject? Payload { get; }

    /// <summary>The JSON object in a header or a payload; null where it is none.</summary>
    public static JsonObject? ReadPart(string part) => Read(part, Strict);

    /// <summary>The text of a member; null for anything else.</summary>
    public static string? Text(JsonNode? member) => member is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    /// <summary>A NumericDate: seconds since 1970, perhaps with a fraction (RFC 7519, section 2); else null.</summary>
    public static DateTimeOffset? Time(JsonNode? member) =>
        member is JsonValue value && value.TryGetValue<double>(out var seconds) ? Time(seconds) : null;

    public static DateTimeOffset? Time(double seconds) =>
        seconds is >= 0 and <= LatestTime ? DateTimeOffset.FromUnixTimeSeconds((long)seconds) : null;

    private static JsonObject? Read(string part, JsonDocumentOptions options)
    {
        try
        {
            var json = JsonNode.Parse(Base64Url.DecodeFromChars(part), documentOptions: options) as JsonObject;
            _ = json?.ToJsonString(); // JSON allows half a surrogate pair, which is no text: found here, not where it is looked at
            return json;
        }
        catch (Exception exception) when (exception is FormatException or JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
